/** Stacks of a shell that is only pretended. */
import type {
  AppEvent,
  DevfileText,
  SaveOutcome,
  SourceState,
  StackDetails,
  StackIcon,
  StackQuery,
  StackRow,
  StackSource,
  StackVersion,
} from '../bindings';
import type { Commands } from '../bindings/commands';
import { before } from './data';
import { DEVFILE, SUMMARY } from './stacks-data';

const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

/** What one registry offers, and how it answers. */
export interface PretendedSource {
  id: string;
  name: string;
  rows: readonly Omit<StackRow, 'sources'>[];
  /** Why it does not answer. */
  fails?: StackSource['failure'];
  /** When its index was fetched before. */
  kept?: string;
  /** The context of the cluster that names it. */
  cluster?: string | null;
}

export function stackRow(change: Partial<StackRow>): Omit<StackRow, 'sources'> {
  const name = change.name ?? 'go';
  return {
    kind: 'stack',
    title: name,
    description: `${name} is a stack to begin with.`,
    language: 'Go',
    projectType: 'Go',
    provider: 'Red Hat',
    tags: ['Go'],
    version: '2.6.0',
    versions: 2,
    deprecated: false,
    hasIcon: false,
    ...change,
    name,
  };
}

function version(change: Partial<StackVersion>): StackVersion {
  return {
    version: '2.6.0',
    schemaVersion: '2.2.2',
    isDefault: false,
    description: '',
    tags: [],
    architectures: ['amd64', 'arm64'],
    groups: ['build', 'run', 'debug', 'deploy'],
    scopes: ['innerloop'],
    resources: ['archive.tar', 'devfile.yaml'],
    starterProjects: ['go-starter'],
    git: null,
    lastModified: '2026-02-12T10:00:00Z',
    hasFiles: true,
    ...change,
  };
}

const has = (wanted: readonly string[], value: string) =>
  wanted.length === 0 || wanted.includes(value);

function matches(row: StackRow, query: StackQuery): boolean {
  const text = JSON.stringify(row).toLowerCase();
  const words = query.text.toLowerCase().split(/\s+/);
  return (
    words.every((word) => text.includes(word)) &&
    (query.kind === null || query.kind === row.kind) &&
    (query.registries.length === 0 ||
      row.sources.some(({ id }) => query.registries.includes(id))) &&
    has(query.languages, row.language) &&
    has(query.projectTypes, row.projectType) &&
    has(query.providers, row.provider) &&
    query.tags.every((tag) => row.tags.includes(tag)) &&
    (query.deprecated === 'include' || (query.deprecated === 'only') === row.deprecated)
  );
}

function counts(values: readonly string[]) {
  const found = new Map<string, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return [...found].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}

export class PretendedStacks {
  sources: PretendedSource[] = [];
  devfile: DevfileText = {
    text: DEVFILE,
    fetchedAt: before(2),
    failure: null,
    summary: SUMMARY,
    problem: null,
  };
  versions: StackVersion[] = [
    version({ version: '2.7.0' }),
    version({ version: '2.6.0', isDefault: true }),
    version({ version: '1.0.0', tags: ['Deprecated'], hasFiles: false, starterProjects: [] }),
  ];
  icon: StackIcon = { picture: null };
  outcome: SaveOutcome = { outcome: 'saved', folder: '/home/jane/go', files: 3 };
  /** How long one registry takes, in milliseconds. */
  answerMillis = 0;
  /** How long a download takes. */
  saveMillis = 0;
  /** What a cluster names; known once it was asked. */
  cluster: readonly PretendedSource[] = [];
  #states = new Map<string, SourceState>();
  #revision = 1;

  #source(source: PretendedSource): StackSource {
    const state = this.#states.get(source.id) ?? 'waiting';
    const known = state === 'ready' || source.kept !== undefined;
    const count = (kind: string) => source.rows.filter((row) => row.kind === kind).length;
    return {
      id: source.id,
      name: source.name,
      cluster: source.cluster ?? null,
      state,
      stacks: known ? count('stack') : 0,
      samples: known ? count('sample') : 0,
      fetchedAt: state === 'ready' ? before(0) : (source.kept ?? null),
      failure: state === 'failed' ? (source.fails ?? null) : null,
    };
  }

  /** The cluster has been asked. */
  takeCluster(): void {
    const rest = this.sources.filter(({ cluster }) => cluster == null);
    this.sources = [...this.cluster, ...rest];
  }

  #list(cancelled = false): Commands['load_stacks'][1] {
    return { sources: this.sources.map((source) => this.#source(source)), cancelled };
  }

  #rows(): StackRow[] {
    const found = new Map<string, StackRow>();
    for (const source of this.sources) {
      const { id, name, kept } = source;
      if (this.#states.get(id) !== 'ready' && kept === undefined) continue;
      for (const row of source.rows) {
        const known = found.get(`${row.kind}:${row.name}`);
        if (known) known.sources.push({ id, name });
        else found.set(`${row.kind}:${row.name}`, { ...row, sources: [{ id, name }] });
      }
    }
    return [...found.values()];
  }

  /** The handlers of the commands about stacks. */
  handlers(emit: (event: AppEvent) => Promise<void>, cancelled: (operation: string) => boolean) {
    const set = async (source: PretendedSource, state: SourceState) => {
      this.#states.set(source.id, state);
      this.#revision += 1;
      await emit({ type: 'stacks_changed', sources: [this.#source(source)] });
    };
    const load = async ({ refresh, operation }: Commands['load_stacks'][0]) => {
      const due = this.sources.filter(({ id }) => {
        if (refresh.which === 'some') return refresh.ids.includes(id);
        return refresh.which === 'all' || this.#states.get(id) !== 'ready';
      });
      for (const source of due) await set(source, 'loading');
      for (const source of due) {
        await pause(this.answerMillis);
        if (cancelled(operation)) return this.#list(true);
        await set(source, source.fails ? 'failed' : 'ready');
      }
      return this.#list();
    };
    return {
      stack_sources: () => this.#list(),
      load_stacks: load,
      find_stacks: ({ query, offset, limit }: Commands['find_stacks'][0]) =>
        this.#find(query, offset, limit),
      get_stack: ({ registry, kind, name }: Commands['get_stack'][0]) =>
        this.#details(registry, kind, name),
      get_devfile: () => this.devfile,
      stack_icon: () => this.icon,
      choose_folder: () => ({ path: '/home/jane/projects' }),
      save_stack: async ({ operation, folder }: Commands['save_stack'][0]) => {
        for (let part = 1; part <= 10; part += 1) {
          await emit({ type: 'save_progress', operation, done: part * 1e5, total: 1e6 });
          await pause(this.saveMillis / 10);
          if (cancelled(operation)) throw this.#cancelled();
        }
        return this.outcome.outcome === 'saved' ? { ...this.outcome, folder } : this.outcome;
      },
      finish_save: ({ replace }: Commands['finish_save'][0]): SaveOutcome =>
        replace
          ? { outcome: 'saved', folder: '/home/jane/go', files: 3 }
          : { outcome: 'discarded' },
      move_registry: ({ id, before: other }: Commands['move_registry'][0]) => {
        const moved = this.sources.filter((source) => source.id === id);
        const rest = this.sources.filter((source) => source.id !== id);
        const place = rest.findIndex((source) => source.id === other);
        this.sources = rest.toSpliced(place < 0 ? rest.length : place, 0, ...moved);
        return {};
      },
    };
  }

  #cancelled() {
    const nothing = { hint: null, retryable: false, field: null, raw: null };
    return { code: 'cancelled', message: 'Cancelled.', ...nothing };
  }

  #find(query: StackQuery, offset: number, limit: number): Commands['find_stacks'][1] {
    const every = this.#rows();
    const found = every.filter((row) => matches(row, query));
    if (query.order === 'name') found.sort((a, b) => a.title.localeCompare(b.title));
    return {
      revision: this.#revision,
      total: every.length,
      matching: found.length,
      rows: found.slice(offset, offset + limit),
      facets: {
        languages: counts(every.map(({ language }) => language)),
        projectTypes: counts(every.map(({ projectType }) => projectType)),
        providers: counts(every.map(({ provider }) => provider)),
        tags: counts(found.flatMap(({ tags }) => tags)),
        architectures: counts(found.flatMap(() => ['amd64'])),
      },
    };
  }

  #details(registry: string, kind: string, name: string): StackDetails {
    const row = this.#rows().find((one) => one.kind === kind && one.name === name);
    const origin = row?.sources.find(({ id }) => id === registry);
    if (!row || !origin) {
      const nothing = { retryable: false, field: null, raw: null };
      const message = `The registry no longer has “${name}”.`;
      throw { code: 'not_found', message, hint: 'Go back and refresh the list.', ...nothing };
    }
    return {
      row,
      registry: origin,
      description: row.description,
      tags: row.tags,
      architectures: [],
      supportUrl: kind === 'stack' ? 'https://example.com/help' : '',
      git:
        kind === 'sample'
          ? { address: 'https://git.example.com/sample.git', revision: 'main', folder: null }
          : null,
      versions: kind === 'stack' ? this.versions : [],
      fetchedAt: before(1),
      saveFolder: '/home/jane',
    };
  }
}
