/** The list of registries as the shell has it. */
import type {
  CatalogProblem,
  EntryProblem,
  KindCounts,
  RegistryPage,
  RegistryRow,
} from '../bindings';
import { call, CommandFailure } from '../ipc';
import {
  countRows,
  filterRows,
  patchRows,
  sortRows,
  type Column,
  type Filter,
  type Sort,
} from '../lib/rows';
import { clock } from './clock.svelte';

/** The first answer is small, so that the list stands at once; the rest follows. */
const FIRST = 50;

/** The rest is asked for so long after the first rows, in milliseconds: these are painted by then. */
const SETTLE = 200;

/** Changed rows are gathered for so long before the list is drawn again, in milliseconds. */
const GATHER = 80;

class Registries {
  rows = $state.raw<readonly RegistryRow[]>([]);
  total = $state(0);
  loaded = $state(false);
  problem = $state.raw<CatalogProblem | null>(null);
  entryProblems = $state.raw<readonly EntryProblem[]>([]);
  failure = $state.raw<CommandFailure | null>(null);
  /** When the one of all was checked that has waited longest, RFC 3339. */
  allCheckedAt = $state<string | null>(null);

  search = $state('');
  filter = $state<Filter>('all');
  sort = $state.raw<Sort | null>(null);

  /** Nothing may be changed while the file cannot be read. */
  readonly readOnly = $derived(this.problem !== null);
  readonly counts = $derived.by(() => {
    const counts = countRows(this.rows, clock.today);
    return this.partial ? { ...counts, ...this.#kinds, all: this.total } : counts;
  });
  /** Whether further rows are still to come. */
  readonly partial = $derived(this.rows.length < this.total);
  // Sorting is the dear part, so it does not depend on what is typed.
  readonly #sorted = $derived(sortRows(this.rows, this.sort));
  readonly visible = $derived(filterRows(this.#sorted, this.filter, this.search, clock.today));

  /** How many rows there will be in sight. */
  readonly expected = $derived(
    this.partial && this.filter === 'all' && !this.search.trim() ? this.total : this.visible.length,
  );

  #kinds = $state.raw<KindCounts>({ devfile: 0, container: 0, source: 0 });
  #revision = '';
  #loading = 0;
  #pending = new Map<string, RegistryRow>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Loads the list anew. The latest call wins. */
  async load(): Promise<void> {
    const turn = ++this.#loading;
    try {
      const first = await call('list_registries', { offset: 0, limit: FIRST });
      if (turn !== this.#loading) return;
      const known = this.loaded && first.total > first.rows.length;
      if (!known) this.#take(first, first.rows);
      if (first.total > first.rows.length) {
        if (!known) await new Promise((resolve) => setTimeout(resolve, SETTLE));
        await this.#loadRest(first, turn);
      }
      this.failure = null;
    } catch (thrown) {
      if (turn === this.#loading) this.failure = CommandFailure.from(thrown);
    }
    this.loaded = true;
  }

  async #loadRest(first: RegistryPage, turn: number): Promise<void> {
    const rest = await call('list_registries', { offset: first.rows.length, limit: null });
    if (turn !== this.#loading) return;
    if (rest.revision === first.revision) this.#take(rest, [...first.rows, ...rest.rows]);
    else await this.load();
  }

  #take(page: RegistryPage, rows: readonly RegistryRow[]): void {
    this.#revision = page.revision;
    this.rows = rows;
    this.total = page.total;
    this.#kinds = page.kinds;
    this.allCheckedAt = page.allCheckedAt;
    this.problem = page.problem;
    this.entryProblems = page.entryProblems;
    this.loaded = true;
  }

  /** Loads again what changed without the window being told. */
  async catchUp(): Promise<void> {
    try {
      const { revision, allCheckedAt } = await call('list_registries', { offset: 0, limit: 0 });
      this.allCheckedAt = allCheckedAt;
      await this.changed(revision);
    } catch {
      // The list says itself why it cannot be loaded.
    }
  }

  /** Loads again if the list is older than that revision. */
  async changed(revision: string): Promise<void> {
    if (revision !== this.#revision) await this.load();
  }

  /** Takes newer versions of some rows, soon. */
  patch(rows: readonly RegistryRow[]): void {
    for (const row of rows) this.#pending.set(row.id, row);
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#flush(), GATHER);
  }

  #flush(): void {
    this.rows = patchRows(this.rows, [...this.#pending.values()]);
    this.#pending.clear();
    this.#timer = undefined;
  }

  find(id: string): RegistryRow | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** Ascending, descending, then back to the catalog's own order. */
  sortBy(column: Column): void {
    if (this.sort?.column !== column) this.sort = { column, descending: false };
    else if (!this.sort.descending) this.sort = { column, descending: true };
    else this.sort = null;
  }

  showAll(): void {
    this.search = '';
    this.filter = 'all';
  }
}

export const registries = new Registries();
