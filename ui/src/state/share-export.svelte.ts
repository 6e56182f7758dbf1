/** Writing registries into a file for somebody else. */
import type { RegistryRow } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { hostOf } from '../lib/address';
import { m } from '../messages';
import { registries } from './registries.svelte';
import { toasts } from './toasts.svelte';

/** Whether an address means another server on every computer. */
export function isLocal(url: string): boolean {
  const host = hostOf(url) ?? '';
  return (
    host === 'localhost' || host === '[::1]' || host.endsWith('.localhost') || /^127\./.test(host)
  );
}

class ShareExport {
  shown = $state(false);
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  path = $state('');
  error = $state<string | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  busy = $state(false);
  /** The file that is there already. */
  taken = $state<string | null>(null);
  /** What the system's dialog gave: it has asked whether to replace what is there. */
  #agreed: string | null = null;

  /** Opens the dialog, with everything chosen that others can reach. */
  open(): void {
    const elsewhere = registries.rows.filter(({ url }) => !isLocal(url));
    this.chosen = new Set(elsewhere.map(({ id }) => id));
    Object.assign(this, { error: null, failure: null, taken: null, busy: false, shown: true });
  }

  close(): void {
    if (!this.busy) this.shown = false;
  }

  toggle(id: string): void {
    const others = [...this.chosen].filter((chosen) => chosen !== id);
    this.chosen = new Set(this.chosen.has(id) ? others : [...others, id]);
  }

  choose(rows: readonly RegistryRow[]): void {
    this.chosen = new Set(rows.map(({ id }) => id));
  }

  /** Asks for the file in the system's dialog. */
  async chooseFile(): Promise<void> {
    try {
      const { path } = await call('choose_export', {});
      if (path === null) return;
      this.path = this.#agreed = path;
      this.error = null;
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  async write(replace = false): Promise<void> {
    if (this.busy || this.chosen.size === 0) return;
    if (this.path.trim() === '') await this.chooseFile();
    const { path } = this;
    if (path.trim() === '') return;
    Object.assign(this, { busy: true, error: null, failure: null, taken: null });
    try {
      const agreed = replace || path === this.#agreed;
      const done = await call('export_registries', {
        ids: [...this.chosen],
        path,
        replace: agreed,
      });
      if (done.outcome === 'taken') {
        this.taken = path;
        return;
      }
      this.shown = false;
      toasts.ok(m.share.export.written(done.registries, done.path));
    } catch (thrown) {
      const failure = CommandFailure.from(thrown);
      if (failure.field === 'file') this.error = failure.message;
      else this.failure = failure;
    } finally {
      this.busy = false;
    }
  }
}

export const shareExport = new ShareExport();
