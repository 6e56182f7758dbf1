/** What the devfile registries offer: their states, and the rows that match what is looked for. */
import type {
  CommandGroup,
  DeploymentScope,
  DeprecatedChoice,
  Refresh,
  StackFacets,
  StackKind,
  StackOrder,
  StackQuery,
  StackRow,
  StackSource,
} from '../bindings';
import { call, CommandFailure } from '../ipc';
import { operationId } from '../lib/once';
import { m } from '../messages';
import { toasts } from './toasts.svelte';

/** The first answer is small, so that the list stands at once; the rest follows. */
const FIRST = 100;
const MORE = 1000;

const NO_FACETS: StackFacets = {
  languages: [],
  projectTypes: [],
  providers: [],
  tags: [],
  architectures: [],
};

/** The facets of which values are chosen. */
export type FacetName = keyof StackFacets;

export const rowKey = (row: StackRow): string => `${row.kind}:${row.name}`;

class Stacks {
  sources = $state.raw<readonly StackSource[]>([]);
  rows = $state.raw<readonly StackRow[]>([]);
  matching = $state(0);
  total = $state(0);
  facets = $state.raw<StackFacets>(NO_FACETS);
  failure = $state.raw<CommandFailure | null>(null);
  /** Whether an answer has come since the page was opened. */
  listed = $state(false);
  /** The fetching under way. */
  operation = $state<string | null>(null);
  cancelling = $state(false);
  /** Where one comes back to. */
  active = $state<string | null>(null);
  /** What was just moved, to be read out. */
  moved = $state('');

  text = $state('');
  kind = $state<StackKind | null>(null);
  registries = $state.raw<readonly string[]>([]);
  chosen = $state.raw<Readonly<Record<FacetName, readonly string[]>>>(this.#none());
  groups = $state.raw<readonly CommandGroup[]>([]);
  scopes = $state.raw<readonly DeploymentScope[]>([]);
  deprecated = $state<DeprecatedChoice>('include');
  order = $state<StackOrder>('priority');

  readonly query = $derived<StackQuery>({
    text: this.text,
    kind: this.kind,
    registries: [...this.registries],
    languages: [...this.chosen.languages],
    projectTypes: [...this.chosen.projectTypes],
    providers: [...this.chosen.providers],
    tags: [...this.chosen.tags],
    architectures: [...this.chosen.architectures],
    groups: [...this.groups],
    scopes: [...this.scopes],
    deprecated: this.deprecated,
    order: this.order,
  });
  /** How many filters are on, the search aside. */
  readonly filters = $derived(
    (this.kind === null ? 0 : 1) +
      this.registries.length +
      Object.values(this.chosen).reduce((sum, values) => sum + values.length, 0) +
      this.groups.length +
      this.scopes.length +
      (this.deprecated === 'include' ? 0 : 1),
  );
  readonly arrived = $derived(this.sources.filter(({ state }) => state !== 'loading').length);

  #turn = 0;

  #none(): Record<FacetName, readonly string[]> {
    return { languages: [], projectTypes: [], providers: [], tags: [], architectures: [] };
  }

  /** Shows what is known, then fetches what is old. */
  async open(): Promise<void> {
    this.listed = false;
    await this.refreshSources();
    await this.load({ which: 'stale' });
  }

  /** The cluster has been asked: shows its registries, and fetches what is not known of them. */
  async takeCluster(): Promise<void> {
    await this.refreshSources();
    const unknown = this.sources.filter(({ cluster, state }) => cluster && state === 'waiting');
    if (unknown.length === 0) await this.find();
    else await this.load({ which: 'some', ids: unknown.map(({ id }) => id) });
  }

  async refreshSources(): Promise<void> {
    try {
      this.sources = (await call('stack_sources', {})).sources;
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  async load(refresh: Refresh): Promise<void> {
    const operation = operationId();
    if (refresh.which !== 'some') {
      if (this.operation) return;
      this.operation = operation;
    }
    try {
      this.sources = (await call('load_stacks', { refresh, operation })).sources;
    } catch (failure) {
      toasts.failure(failure);
    } finally {
      if (this.operation === operation) {
        this.operation = null;
        this.cancelling = false;
      }
    }
    await this.find();
  }

  async cancel(): Promise<void> {
    if (!this.operation) return;
    this.cancelling = true;
    await call('cancel_operation', { operation: this.operation });
  }

  /** Some sources have changed: takes them over, and looks for what matches now. */
  hear(changed: readonly StackSource[]): void {
    const known = new Map(changed.map((source) => [source.id, source]));
    this.sources = this.sources.map((source) => known.get(source.id) ?? source);
    void this.find();
  }

  /** Looks for what matches. The latest call wins. */
  async find(): Promise<void> {
    const turn = ++this.#turn;
    const { query } = this;
    try {
      const page = await call('find_stacks', { query, offset: 0, limit: FIRST });
      if (turn !== this.#turn) return;
      this.total = page.total;
      this.matching = page.matching;
      this.facets = page.facets;
      this.rows = page.rows;
      this.failure = null;
      this.listed = true;
      await this.#findRest(query, page.revision, turn);
    } catch (thrown) {
      if (turn === this.#turn) this.failure = CommandFailure.from(thrown);
    }
  }

  async #findRest(query: StackQuery, revision: number, turn: number): Promise<void> {
    while (this.rows.length < this.matching) {
      const page = await call('find_stacks', { query, offset: this.rows.length, limit: MORE });
      // What has changed meanwhile is on its way by an event.
      if (turn !== this.#turn || page.revision !== revision || page.rows.length === 0) return;
      this.rows = [...this.rows, ...page.rows];
    }
  }

  choose(facet: FacetName, values: readonly string[]): void {
    this.chosen = { ...this.chosen, [facet]: values };
  }

  clearFilters(): void {
    this.kind = null;
    this.registries = [];
    this.chosen = this.#none();
    this.groups = [];
    this.scopes = [];
    this.deprecated = 'include';
  }

  /** Gives a registry another place, counted from 0, in the order of priority. */
  async move(id: string, to: number): Promise<void> {
    const from = this.sources.findIndex((source) => source.id === id);
    const source = this.sources[from];
    // The cluster's come before all that can be moved.
    const first = this.sources.filter(({ cluster }) => cluster !== null).length;
    const place = Math.min(Math.max(to, first), this.sources.length - 1);
    if (!source || source.cluster !== null || place === from) return;
    const before = this.sources;
    const rest = before.filter((other) => other !== source);
    // Shown at once; the file follows.
    this.sources = rest.toSpliced(place, 0, source);
    this.moved = m.stacks.sources.moved(source.name, place + 1, before.length);
    try {
      await call('move_registry', { id, before: rest[place]?.id ?? null });
    } catch (failure) {
      this.sources = before;
      toasts.failure(failure);
    }
    await this.find();
  }

  forget(): void {
    this.#turn += 1;
    this.clearFilters();
    Object.assign(this, { sources: [], rows: [], matching: 0, total: 0, facets: NO_FACETS });
    Object.assign(this, { failure: null, listed: false, operation: null, cancelling: false });
    Object.assign(this, { active: null, moved: '', text: '', order: 'priority' });
  }
}

export const stacks = new Stacks();
