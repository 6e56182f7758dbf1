/** Taking in the registries of somebody else's file. */
import type { SharedChoice, SharedEntry, SharedImported, SharedReview } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { registries } from './registries.svelte';
import { toasts } from './toasts.svelte';

/** What to do with an entry; `mine` leaves it out. */
export type Take = 'mine' | 'theirs' | 'both';

export const isNew = (entry: SharedEntry) => entry.state.state === 'new';
export const isSame = (entry: SharedEntry) => entry.state.state === 'same';
const differs = (entry: SharedEntry) => entry.state.state === 'differs';

class ShareImport {
  phase = $state<'file' | 'compare' | 'done'>('file');
  path = $state('');
  error = $state<string | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  busy = $state(false);
  review = $state.raw<SharedReview | null>(null);
  result = $state.raw<SharedImported | null>(null);
  /** By the entry's key. */
  takes = $state<Record<number, Take>>({});
  names = $state<Record<number, string>>({});
  /** What is wrong with a name, by the entry's key. */
  nameError = $state<string | null>(null);

  readonly entries = $derived(this.review?.entries ?? []);
  readonly fresh = $derived(this.entries.filter(isNew));
  readonly differing = $derived(this.entries.filter(differs));
  readonly same = $derived(this.entries.filter(isSame));
  readonly choices = $derived(this.entries.flatMap((entry) => this.#choice(entry)));

  #choice(entry: SharedEntry): SharedChoice[] {
    const { key } = entry;
    const take = this.takes[key] ?? 'mine';
    if (take === 'mine' || isSame(entry)) return [];
    if (take === 'theirs' && !isNew(entry)) return [{ key, take: { take: 'replace' } }];
    const name = isNew(entry) ? entry.freeName : (this.names[key] ?? entry.freeName);
    return [{ key, take: { take: 'add', name } }];
  }

  /** Begins anew, with an empty field. */
  begin(): void {
    Object.assign(this, { phase: 'file', path: '', error: null, failure: null, busy: false });
    Object.assign(this, { review: null, result: null, nameError: null });
  }

  async chooseFile(): Promise<void> {
    try {
      const { path } = await call('choose_file', { purpose: 'registries' });
      if (path === null) return;
      this.path = path;
      await this.read();
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  /** Reads the file and compares it. */
  async read(): Promise<void> {
    if (this.busy) return;
    if (this.path.trim() === '') return this.chooseFile();
    Object.assign(this, { busy: true, error: null, failure: null });
    try {
      this.#show(await call('read_shared', { path: this.path }));
    } catch (thrown) {
      const failure = CommandFailure.from(thrown);
      this.phase = 'file';
      if (failure.field === 'file') this.error = [failure.message, failure.hint].join(' ').trim();
      else this.failure = failure;
    } finally {
      this.busy = false;
    }
  }

  #show(review: SharedReview): void {
    this.review = review;
    this.takes = {};
    this.names = {};
    for (const entry of review.entries) {
      // What replaces nothing is taken unless the person says otherwise; what is theirs stays.
      this.takes[entry.key] = isNew(entry) ? 'theirs' : 'mine';
      this.names[entry.key] = entry.freeName;
    }
    this.nameError = null;
    this.phase = 'compare';
  }

  /** Takes every new registry, or none. */
  chooseNew(all: boolean): void {
    for (const { key } of this.fresh) this.takes[key] = all ? 'theirs' : 'mine';
  }

  /** Writes what was chosen. */
  async run(): Promise<void> {
    const { review, choices } = this;
    if (this.busy || !review || choices.length === 0) return;
    Object.assign(this, { busy: true, failure: null, nameError: null });
    try {
      const result = await call('import_shared', { review: review.review, choices });
      this.result = result;
      this.phase = 'done';
      void registries.load();
    } catch (thrown) {
      await this.#failed(CommandFailure.from(thrown));
    } finally {
      this.busy = false;
    }
  }

  async #failed(failure: CommandFailure): Promise<void> {
    if (failure.field === 'name') {
      this.nameError = failure.message;
    } else if (failure.code === 'changed_elsewhere') {
      this.busy = false;
      await this.read();
      if (this.phase === 'compare') toasts.show(m.share.import.outdated);
    } else {
      this.failure = failure;
    }
  }
}

export const shareImport = new ShareImport();
