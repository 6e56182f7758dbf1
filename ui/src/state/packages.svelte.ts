/** The packages of one source registry, of which only those in sight are loaded. */
import type { PackagePage, PackageRow, PackageSort } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { debounce } from '../lib/once';

/** So many rows are asked for at a time; the host gives 200 at most. */
const PAGE = 100;

/** Typing and scrolling are waited out for so long, in milliseconds. */
const QUIET = 120;

/** A row of the table: its package, once it is known. */
export interface PackageSlot {
  id: string;
  row: PackageRow | null;
}

type Pages = Readonly<Record<number, readonly PackageRow[]>>;

export class PackageList {
  readonly source: string;
  search = $state('');
  sort = $state<PackageSort>('pushed');
  total = $state(0);
  loaded = $state(false);
  failure = $state.raw<CommandFailure | null>(null);
  /** The selected package's name, and what was known of it last. */
  selected = $state<string | null>(null);
  /** The search that the rows answer. */
  answered = $state('');

  /** By their numbers, with gaps where nobody has looked yet. */
  #pages = $state.raw<Pages>({});
  #range = { start: 0, end: PAGE };
  #turn = 0;
  #asked: readonly number[] = [];
  readonly #searching = debounce(() => void this.load(), QUIET);
  readonly #scrolling = debounce(() => void this.#fill(), QUIET / 2);

  readonly slots = $derived.by((): PackageSlot[] =>
    Array.from({ length: this.total }, (_, at) => {
      const row = this.#pages[Math.floor(at / PAGE)]?.[at % PAGE] ?? null;
      return { id: row?.name ?? `#${at}`, row };
    }),
  );
  readonly #found = $derived(this.slots.find(({ id }) => id === this.selected)?.row ?? null);
  #known: PackageRow | null = null;

  constructor(source: string) {
    this.source = source;
  }

  /** The selected package, even while it is out of sight. */
  get selectedRow(): PackageRow | null {
    if (this.#found) this.#known = this.#found;
    return this.#known?.name === this.selected ? this.#known : null;
  }

  /** Loads what is in sight anew; what was shown stays until the answer is there. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    const search = this.search.trim();
    const fresh = search !== this.answered;
    const wanted = fresh ? [0] : this.#inSight();
    this.#asked = wanted;
    try {
      const pages = await Promise.all(wanted.map((page) => this.#ask(page)));
      if (turn !== this.#turn) return;
      const rows = wanted.map((page, at) => [page, pages[at]?.rows ?? []] as const);
      this.#take(Object.fromEntries(rows), pages[0]);
      this.answered = search;
      this.failure = null;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = CommandFailure.from(thrown);
    }
    if (turn === this.#turn) this.loaded = true;
  }

  #take(pages: Pages, first: PackagePage | undefined): void {
    this.#pages = pages;
    this.total = first?.total ?? 0;
    const whole = this.slots.every(({ row }) => row !== null);
    const gone = whole && !this.slots.some(({ id }) => id === this.selected);
    if (gone) this.selected = null;
  }

  #inSight(): number[] {
    const first = Math.floor(this.#range.start / PAGE);
    const last = Math.floor(Math.max(this.#range.start, this.#range.end - 1) / PAGE);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  }

  #ask(page: number): Promise<PackagePage> {
    const { source, sort } = this;
    const search = this.search.trim();
    return call('list_packages', { source, search, sort, offset: page * PAGE, limit: PAGE });
  }

  /** Loads pages that have come in sight. */
  async #fill(): Promise<void> {
    const turn = this.#turn;
    const missing = this.#inSight().filter(
      (page) => !this.#asked.includes(page) && page * PAGE < this.total,
    );
    this.#asked = [...this.#asked, ...missing];
    for (const page of missing) {
      try {
        const { rows } = await this.#ask(page);
        if (turn !== this.#turn) return;
        this.#pages = { ...this.#pages, [page]: rows };
      } catch (thrown) {
        this.#asked = this.#asked.filter((asked) => asked !== page);
        if (turn === this.#turn) this.failure = CommandFailure.from(thrown);
      }
    }
  }

  /** These rows are drawn now. */
  inSight(start: number, end: number): void {
    this.#range = { start, end };
    this.#scrolling.ask();
  }

  setSearch(search: string): void {
    this.search = search;
    this.#searching.ask();
  }

  sortBy(sort: PackageSort): void {
    this.sort = sort;
    void this.load();
  }

  stop(): void {
    this.#turn += 1;
    this.#searching.stop();
    this.#scrolling.stop();
  }
}

let last: PackageList | null = null;

/** The packages of a registry as they were left: search, order and selection stay. */
export function packagesOf(source: string): PackageList {
  if (last?.source !== source) last = new PackageList(source);
  return last;
}

/** As before any registry was opened. */
export function forgetPackages(): void {
  last = null;
}
