/** The list of source registries as the host has it. */
import type { Ecosystem, SourceRow } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { debounce } from '../lib/once';
import {
  countSources,
  filterSources,
  sortSources,
  type SourceColumn,
  type SourceSort,
} from '../lib/sources';

/** A client may publish a hundred versions in a second: the list follows this far behind. */
const GATHER = 150;

class Sources {
  rows = $state.raw<readonly SourceRow[]>([]);
  loaded = $state(false);
  failure = $state.raw<CommandFailure | null>(null);

  search = $state('');
  filter = $state<Ecosystem | 'all'>('all');
  sort = $state.raw<SourceSort | null>(null);
  selected = $state<string | null>(null);

  readonly counts = $derived(countSources(this.rows));
  readonly #sorted = $derived(sortSources(this.rows, this.sort));
  readonly visible = $derived(filterSources(this.#sorted, this.filter, this.search));

  #turn = 0;
  readonly #gathering = debounce(() => void this.load(), GATHER);

  /** Loads the list anew. The latest call wins; what was shown stays meanwhile. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const { rows } = await call('list_sources', {});
      if (turn !== this.#turn) return;
      this.rows = rows;
      this.failure = null;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = CommandFailure.from(thrown);
    }
    this.loaded = true;
  }

  /** Something has changed in one of them: loads the list again, soon. */
  changed(): void {
    this.#gathering.ask();
  }

  find(id: string): SourceRow | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** Ascending, descending, then back to the host's own order. */
  sortBy(column: SourceColumn): void {
    if (this.sort?.column !== column) this.sort = { column, descending: false };
    else if (!this.sort.descending) this.sort = { column, descending: true };
    else this.sort = null;
  }

  showAll(): void {
    this.search = '';
    this.filter = 'all';
  }

  /** As before anything was loaded. */
  forget(): void {
    this.#gathering.stop();
    this.rows = [];
    this.loaded = false;
    this.failure = null;
    this.showAll();
    this.sort = null;
    this.selected = null;
  }
}

export const sources = new Sources();
