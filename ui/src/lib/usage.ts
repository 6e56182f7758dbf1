/** What takes the space, in the order that a person asks for. */

/** A registry or a package in the table. Sizes are bytes. */
export interface UsageRow {
  id: string;
  name: string;
  /** Versions of a package, packages of a registry. */
  parts: number;
  files: number;
  size: number;
  stored: number;
  alone: number;
}

export type UsageColumn = Exclude<keyof UsageRow, 'id'>;

export interface UsageSort {
  column: UsageColumn;
  down: boolean;
}

export const BY_SIZE: UsageSort = { column: 'stored', down: true };

/** The rows in that order; those that are equal by name. */
export function sorted<T extends UsageRow>(rows: readonly T[], { column, down }: UsageSort): T[] {
  const sign = down ? -1 : 1;
  const byName = (a: T, b: T) => a.name.localeCompare(b.name, 'en', { numeric: true });
  if (column === 'name') return rows.toSorted((a, b) => sign * byName(a, b));
  return rows.toSorted((a, b) => sign * (a[column] - b[column]) || byName(a, b));
}

/** The order after a press on a column's head: sizes begin with the largest, names with A. */
export function pressed(before: UsageSort, column: UsageColumn): UsageSort {
  if (before.column === column) return { column, down: !before.down };
  return { column, down: column !== 'name' };
}
