/** Images on their way, as the shell says. */
import type { TransferAction, TransferRow } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { navigation } from './navigation.svelte';
import { toasts, type ToastAction } from './toasts.svelte';

/** Whether it goes on, or waits to. */
export const isOpen = ({ state }: TransferRow) =>
  ['waiting', 'running', 'retrying'].includes(state.state);

/** Whether nothing happens to it any more, and nothing has to. */
export const isOver = ({ state }: TransferRow) => ['done', 'cancelled'].includes(state.state);

export const showTransfers = () => navigation.go({ name: 'transfers' });

/** What a message about a transfer offers. */
export const showAction = (): ToastAction => ({
  label: m.transfers.show,
  run: () => void showTransfers(),
  to: 'transfers',
});

class Transfers {
  rows = $state.raw<readonly TransferRow[]>([]);
  problem = $state<string | null>(null);
  loaded = $state(false);
  failure = $state.raw<CommandFailure | null>(null);

  readonly open = $derived(this.rows.filter(isOpen));
  readonly over = $derived(this.rows.filter(isOver).length);
  readonly failed = $derived(this.rows.filter(({ state }) => state.state === 'failed').length);
  /** How far all that is open has come; null where that is not known. */
  readonly percent = $derived.by(() => {
    const known = this.open.filter(({ total }) => total !== null);
    const total = known.reduce((sum, row) => sum + (row.total ?? 0), 0);
    if (known.length === 0 || total === 0) return null;
    const done = known.reduce((sum, row) => sum + row.done, 0);
    return Math.min(99, Math.floor((done / total) * 100));
  });

  async load(): Promise<void> {
    try {
      this.#take(await call('list_transfers', {}));
      this.failure = null;
    } catch (thrown) {
      this.failure = CommandFailure.from(thrown);
    }
  }

  #take({ rows, problem }: { rows: readonly TransferRow[]; problem: string | null }): void {
    Object.assign(this, { rows, problem, loaded: true });
  }

  /** One was added, or stands differently. */
  hear(row: TransferRow): void {
    const before = this.rows.find(({ id }) => id === row.id);
    this.rows = before
      ? this.rows.map((old) => (old.id === row.id ? row : old))
      : [row, ...this.rows];
    if (before && before.state.state !== row.state.state) this.#announce(row);
  }

  #announce({ kind, name, state }: TransferRow): void {
    if (navigation.view.name === 'transfers' && state.state !== 'done') return;
    const action = showAction();
    if (state.state === 'done') {
      const more = navigation.view.name === 'transfers' ? {} : { action };
      toasts.show(m.transfers.done[kind](name), { tone: 'ok', seconds: 8, ...more });
    } else if (state.state === 'failed') {
      toasts.failure(new CommandFailure(state.error), action);
    }
  }

  removed(ids: readonly string[]): void {
    this.rows = this.rows.filter(({ id }) => !ids.includes(id));
  }

  async act(id: string, action: TransferAction): Promise<void> {
    try {
      this.#take(await call('control_transfer', { id, action }));
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  async removeEnded(): Promise<void> {
    try {
      this.#take(await call('remove_ended', {}));
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  /** Opens the folder where a download lies. */
  async openFolder(id: string): Promise<void> {
    try {
      await call('open_transfer', { id });
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  forget(): void {
    Object.assign(this, { rows: [], problem: null, loaded: false, failure: null });
  }
}

export const transfers = new Transfers();
