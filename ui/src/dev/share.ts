/** Files of registries that are only pretended: what one holds, and what is written. */
import type {
  RegistryDetails,
  SharedEntry,
  SharedImported,
  SharedOutcome,
  SharedReview,
} from '../bindings';
import type { Commands } from '../bindings/commands';
import { before, registry } from './data';

/** The commands about files. */
type ShareCommand = 'choose_export' | 'export_registries' | 'read_shared' | 'import_shared';

type Handlers = {
  [C in ShareCommand]: (request: Commands[C][0]) => Commands[C][1] | Promise<Commands[C][1]>;
};

/** The catalog of the pretended shell. */
export interface Shelf {
  records: RegistryDetails[];
  changed: () => Promise<void>;
}

export function sharedEntry(key: number, change: Partial<SharedEntry> = {}): SharedEntry {
  const name = change.name ?? `Team ${key}`;
  return {
    key,
    kind: 'devfile',
    url: `https://devfiles-${key}.example.com`,
    user: null,
    state: { state: 'new' },
    freeName: name,
    risks: [],
    ...change,
    name,
  };
}

export class PretendedShare {
  /** What the file holds. */
  entries: SharedEntry[] = [];
  problems: SharedReview['problems'] = [];
  /** Files that are there already. */
  files = new Set<string>();
  #reviews = 0;

  handlers(shelf: Shelf): Handlers {
    return {
      choose_export: () => ({ path: '/home/jane/registries-export.toml' }),
      export_registries: ({ ids, path, replace }) => {
        if (this.files.has(path) && !replace) return { outcome: 'taken' };
        this.files.add(path);
        return { outcome: 'written', path, registries: ids.length };
      },
      read_shared: ({ path }) => {
        this.#reviews += 1;
        const review = `review-${this.#reviews}`;
        const { entries, problems } = this;
        return { review, path, exported: before(60), entries, problems };
      },
      import_shared: async ({ choices }) => {
        const imported = choices.map(({ key, take }) => {
          const entry = this.entries.find((one) => one.key === key);
          if (!entry) throw new Error(`no entry ${key}`);
          const name = take.take === 'add' ? take.name : entry.name;
          return this.#take(shelf, entry, name, take.take === 'replace');
        });
        await shelf.changed();
        const left = this.entries.length - choices.length;
        return { imported, left } satisfies SharedImported;
      },
    };
  }

  #take(shelf: Shelf, entry: SharedEntry, name: string, replaced: boolean): SharedOutcome {
    const { url, kind, user, state } = entry;
    const mine = state.state === 'differs' ? state.mine : null;
    const old = shelf.records.find(({ row }) => replaced && row.name === mine);
    const made = registry({ name, url, kind, ...(user === null ? {} : { user }) });
    const id = old?.row.id ?? made.row.id;
    const record = { ...made, row: { ...made.row, id } };
    shelf.records = old
      ? shelf.records.map((one) => (one === old ? record : one))
      : [...shelf.records, record];
    const wantsToken = user !== null || (state.state === 'differs' && state.losesToken);
    return { id, name, url, replaced, wantsToken };
  }
}
