/** The storage of the pretended host: what takes the space, what is kept, backups. */
import type {
  ChosenBackup,
  PackageUsage,
  Retention,
  RetentionReport,
  RetentionRule,
  StorageFolder,
  StorageUsage,
} from '../bindings';
import type { Commands } from '../bindings/commands';
import type { Handlers } from './backend';
import type { PretendedHosting, Shell } from './hosting';
import type { Kept } from './hosting-data';

type StorageCommand = Extract<
  keyof Commands,
  | 'storage_usage'
  | 'package_usage'
  | 'get_retention'
  | 'preview_retention'
  | 'repair_storage'
  | 'save_retention'
  | 'run_retention'
  | 'back_up_storage'
  | 'choose_backup'
  | 'restore_storage'
  | 'storage_folder'
  | 'open_storage_folder'
  | 'choose_storage_folder'
  | 'move_storage'
  | 'find_storage'
  | 'start_storage_anew'
>;

const USUAL = '/home/jane/.local/share/registrar/hosting';
const NONE: Retention = { newest: null, days: null, tags: null };
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

function packagesOf(kept: Kept): PackageUsage[] {
  return kept.packages.map(({ name, versions }) => {
    const size = versions.reduce((total, { version }) => total + version.size, 0);
    return {
      name,
      versions: versions.length,
      files: versions.length,
      size,
      stored: Math.round(size * 0.9),
      alone: Math.round(size * 0.8),
    };
  });
}

export class PretendedStorage {
  rules: Record<string, Retention> = {};
  waiting = { files: 3, bytes: 48_200_000 };
  quarantined = { files: 0, bytes: 0 };
  /** What the dialog for a backup gives next. */
  backup: ChosenBackup = {
    path: '/home/jane/registrar-backup-2026-11-20.tar',
    createdAt: '2026-11-20T09:30:00Z',
    files: 412,
    bytes: 1_312_000_000,
  };

  /** Whether the disk with the packages is connected. */
  there = true;
  /** What stays of the old folder when everything has moved. */
  left: string | null = null;

  readonly #hosting: PretendedHosting;
  readonly #shell: Shell;

  constructor(hosting: PretendedHosting, shell: Shell) {
    this.#hosting = hosting;
    this.#shell = shell;
  }

  #usage(): StorageUsage {
    const { kept, status } = this.#hosting;
    const sources = kept.map((one) => {
      const { row, files } = this.#hosting.details(one.details.row.id);
      const { id, name, ecosystem, emoji, color, packages, size } = row;
      const stored = Math.round(size * 0.9);
      const alone = Math.round(size * 0.8);
      return { id, name, ecosystem, emoji, color, packages, files, size, stored, alone };
    });
    return {
      folder: status.folder,
      usedBytes: status.usedBytes,
      freeBytes: status.freeBytes,
      waiting: this.waiting,
      quarantined: this.quarantined,
      sources: sources.toSorted((a, b) => b.stored - a.stored),
    };
  }

  #folder(): StorageFolder {
    const { folder } = this.#hosting.status;
    return { folder, usual: folder === USUAL, there: this.there };
  }

  #now(folder: string): StorageFolder {
    this.there = true;
    this.#hosting.status = { ...this.#hosting.status, folder, server: { state: 'running' } };
    return this.#folder();
  }

  /** All but the newest so many of each package. */
  #report({ source, newest, days, tags: stay }: RetentionRule): RetentionReport {
    const { packages } = this.#hosting.find(source);
    const oldest = Date.now() - (days ?? 0) * 86_400_000;
    const rows = packages.flatMap(({ name, versions }) =>
      versions
        .map(({ version }) => version)
        .slice(newest ?? 0)
        .filter(({ pushedAt, tags }) => {
          const free = stay === null ? tags.length === 0 : !tags.some((tag) => stay.includes(tag));
          return free && Date.parse(pushedAt) < oldest;
        })
        .map(({ id, version, pushedAt, size }) => ({ id, package: name, version, pushedAt, size })),
    );
    const all = packages.reduce((total, { versions }) => total + versions.length, 0);
    const freed = rows.reduce((total, { size }) => total + size, 0);
    return { total: rows.length, rows, kept: all - rows.length, protected: 1, freed };
  }

  async #long(operation: string, total: number): Promise<void> {
    for (let tenth = 0; tenth <= 10; tenth += 1) {
      if (this.#shell.stopped(operation)) {
        throw this.#shell.refuse({ code: 'cancelled', message: 'It was cancelled.' });
      }
      const done = Math.round((total * tenth) / 10);
      await this.#shell.emit({ type: 'bytes_progress', operation, done, total });
      await pause(this.#hosting.stepMillis);
    }
  }

  readonly handlers: Pick<Handlers, StorageCommand> = {
    storage_usage: () => this.#usage(),
    package_usage: ({ id }) => {
      const all = packagesOf(this.#hosting.find(id));
      const rows = all.toSorted((a, b) => b.stored - a.stored).slice(0, 500);
      return { total: all.length, rows };
    },
    get_retention: ({ id }) => this.rules[id] ?? NONE,
    preview_retention: (rule) => this.#report(rule),
    save_retention: ({ source, ...rule }) => {
      this.rules[source] = rule;
      return rule;
    },
    run_retention: ({ id }) => this.#report({ source: id, ...(this.rules[id] ?? NONE) }),
    repair_storage: () => {
      const done = this.#hosting.report.repairs;
      this.#hosting.report = { ...this.#hosting.report, repairs: [] };
      return { done, passedOver: 0 };
    },
    back_up_storage: async ({ operation }) => {
      const bytes = this.#hosting.status.usedBytes;
      await this.#long(operation, bytes);
      return { path: '/home/jane/registrar-backup.tar', files: 31, bytes, damaged: 0 };
    },
    choose_backup: () => this.backup,
    restore_storage: async ({ operation }) => {
      await this.#long(operation, this.backup.bytes);
      return { files: this.backup.files, damaged: 0 };
    },
    storage_folder: () => this.#folder(),
    open_storage_folder: () => ({}),
    choose_storage_folder: () => ({
      path: '/media/jane/Archive/registrar-packages',
      bytes: this.#hosting.status.usedBytes,
    }),
    move_storage: async ({ path, operation }) => {
      const bytes = this.#hosting.status.usedBytes;
      await this.#long(operation, bytes);
      const { folder } = this.#now(path);
      return { folder, files: 31, bytes, damaged: 0, left: this.left };
    },
    find_storage: () => this.#now('/media/jane/Archive/registrar-packages'),
    start_storage_anew: () => this.#now(USUAL),
  };
}
