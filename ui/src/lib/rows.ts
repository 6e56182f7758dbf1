/** Searching, filtering and sorting the list. Ten thousand rows must feel like ten. */
import type { Kind, RegistryRow } from '../bindings';
import { lazy } from './once';
import { expiresSoon } from './trouble';

/** An answer slower than this is called slow, in milliseconds. */
export const SLOW_MILLIS = 3000;

export type Filter = 'all' | Kind | 'attention';
export type Column = 'name' | 'user' | 'secure' | 'health' | 'seen';
export interface Sort {
  column: Column;
  descending: boolean;
}

const searchKeys = new WeakMap<RegistryRow, string>();

/** What the search looks through, in lower case. Rows never change, so it is made once. */
export function searchKey(row: RegistryRow): string {
  let key = searchKeys.get(row);
  if (key === undefined) {
    key = `${row.name}\n${row.url}\n${row.user ?? ''}`.toLowerCase();
    searchKeys.set(row, key);
  }
  return key;
}

/** Whether a person should look at it: its check failed, or its token is at its end. */
export function needsAttention(row: RegistryRow, today: string): boolean {
  return row.health.state === 'failed' || expiresSoon(row, today) !== null;
}

/** The rows that pass the filter and hold every word of the search. */
export function filterRows(
  rows: readonly RegistryRow[],
  filter: Filter,
  search: string,
  today: string,
): readonly RegistryRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (filter === 'all' && words.length === 0) return rows;
  return rows.filter((row) => passes(row, filter, today) && holdsAll(searchKey(row), words));
}

function passes(row: RegistryRow, filter: Filter, today: string): boolean {
  if (filter === 'all') return true;
  return filter === 'attention' ? needsAttention(row, today) : row.kind === filter;
}

function holdsAll(key: string, words: string[]): boolean {
  return words.every((word) => key.includes(word));
}

/** How many rows each filter would leave. */
export function countRows(rows: readonly RegistryRow[], today: string): Record<Filter, number> {
  const counts: Record<Filter, number> = {
    all: rows.length,
    devfile: 0,
    container: 0,
    source: 0,
    attention: 0,
  };
  for (const row of rows) {
    counts[row.kind] += 1;
    if (needsAttention(row, today)) counts.attention += 1;
  }
  return counts;
}

const collator = lazy(() => new Intl.Collator('en', { numeric: true, sensitivity: 'base' }));

/** Rows in the order asked for; without one, the catalog's own. */
export function sortRows(rows: readonly RegistryRow[], sort: Sort | null): readonly RegistryRow[] {
  if (!sort) return rows;
  const sign = sort.descending ? -1 : 1;
  if (sort.column === 'name' || sort.column === 'user') {
    const key = sort.column === 'name' ? nameOf : userOf;
    return rows.toSorted((a, b) => sign * compareText(key(a), key(b)));
  }
  const rank = RANKS[sort.column];
  const ranked = rows.map((row) => ({ row, rank: rank(row) }));
  ranked.sort((a, b) => sign * (a.rank - b.rank));
  return ranked.map(({ row }) => row);
}

const nameOf = (row: RegistryRow) => row.name;
const userOf = (row: RegistryRow) => row.user ?? '';

/** No text comes last, whichever way the rest is sorted the caller negates it. */
function compareText(a: string, b: string): number {
  if (a === '' || b === '') return (a === '' ? 1 : 0) - (b === '' ? 1 : 0);
  return collator().compare(a, b);
}

const TLS_RANK = { verified: 0, own_ca: 1, pinned: 2, insecure: 3, plain_http: 4 } as const;

/** Ascending: what is well first, what needs a look last. */
const RANKS: Record<'secure' | 'health' | 'seen', (row: RegistryRow) => number> = {
  secure: (row) => TLS_RANK[row.tls] * 2 + (row.hasToken ? 0 : 1),
  health: ({ health }) => {
    if (health.state === 'ok') return health.millis;
    return { checking: 1e9, unchecked: 2e9, failed: 3e9 }[health.state];
  },
  seen: (row) => (row.lastSeen ? -Date.parse(row.lastSeen) : Number.MAX_SAFE_INTEGER),
};

/** The list with some rows replaced by newer ones; unknown ids are passed over. */
export function patchRows(
  rows: readonly RegistryRow[],
  newer: readonly RegistryRow[],
): readonly RegistryRow[] {
  const byId = new Map(newer.map((row) => [row.id, row]));
  return rows.map((row) => byId.get(row.id) ?? row);
}
