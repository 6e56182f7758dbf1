/** Searching, filtering and sorting source registries. */
import type { Ecosystem, SourceRow } from '../bindings';
import { lazy } from './once';

export const ECOSYSTEMS: readonly Ecosystem[] = [
  'files',
  'javascript',
  'python',
  'container',
  'helm_oci',
];

/** Whether files are published as they are; what is pushed by clients alone is not. */
export function takesFiles(ecosystem: Ecosystem): boolean {
  return ecosystem !== 'container' && ecosystem !== 'helm_oci';
}

/** A version as it is shown where there is little room: a digest is cut to what tells it apart. */
export function shortVersion(version: string): string {
  const digest = /^(sha\d+:[0-9a-f]{12})[0-9a-f]+$/.exec(version);
  return digest ? `${digest[1]}…` : version;
}

export type SourceColumn =
  'name' | 'ecosystem' | 'access' | 'packages' | 'pushed' | 'downloads' | 'size';
export interface SourceSort {
  column: SourceColumn;
  descending: boolean;
}

/** The rows of an ecosystem that hold every word of the search in name, slug or description. */
export function filterSources(
  rows: readonly SourceRow[],
  ecosystem: Ecosystem | 'all',
  search: string,
): readonly SourceRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (ecosystem !== 'all' && row.ecosystem !== ecosystem) return false;
    const text = `${row.name}\n${row.slug}\n${row.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const collator = lazy(() => new Intl.Collator('en', { numeric: true, sensitivity: 'base' }));

/** Ascending: names by letter, the newest push and the smallest figures first, never pushed last. */
const ORDERS: Record<SourceColumn, (a: SourceRow, b: SourceRow) => number> = {
  name: (a, b) => collator().compare(a.name, b.name),
  ecosystem: (a, b) => ECOSYSTEMS.indexOf(a.ecosystem) - ECOSYSTEMS.indexOf(b.ecosystem),
  access: (a, b) => Number(a.public) - Number(b.public),
  packages: (a, b) => a.packages - b.packages,
  pushed: (a, b) => (b.lastPushed ?? '').localeCompare(a.lastPushed ?? ''),
  downloads: (a, b) => a.downloads - b.downloads,
  size: (a, b) => a.size - b.size,
};

/** Rows in the order asked for; without one, as they came. */
export function sortSources(
  rows: readonly SourceRow[],
  sort: SourceSort | null,
): readonly SourceRow[] {
  if (!sort) return rows;
  const sign = sort.descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * ORDERS[sort.column](a, b));
}

/** How many rows each filter would leave. */
export function countSources(rows: readonly SourceRow[]): Record<Ecosystem | 'all', number> {
  const counts = {
    all: rows.length,
    files: 0,
    javascript: 0,
    python: 0,
    container: 0,
    helm_oci: 0,
  };
  for (const row of rows) counts[row.ecosystem] += 1;
  return counts;
}
