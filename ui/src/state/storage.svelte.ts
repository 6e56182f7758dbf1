/** What source registries take on the disk, and copies of all of it. */
import type { AppEvent, StorageUsage } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { bytes } from '../lib/bytes';
import { operationId } from '../lib/once';
import { dateTime } from '../lib/time';
import { m } from '../messages';
import { confirmation } from './confirm.svelte';
import { hosting } from './hosting.svelte';
import { sources } from './sources.svelte';
import { toasts } from './toasts.svelte';

interface Running {
  operation: string;
  what: 'backup' | 'restore';
  /** Bytes. */
  done: number;
  /** Bytes; 0 until it is known. */
  total: number;
  cancelling: boolean;
}

interface Failed {
  what: Running['what'];
  failure: CommandFailure;
}

const words = m.backup;

class Storage {
  usage = $state.raw<StorageUsage | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  running = $state<Running | null>(null);
  failed = $state.raw<Failed | null>(null);

  async load(): Promise<void> {
    try {
      this.usage = await call('storage_usage', {});
      this.failure = null;
    } catch (thrown) {
      this.failure = CommandFailure.from(thrown);
    }
  }

  async backUp(): Promise<void> {
    await this.#run('backup', async (operation) => {
      const made = await call('back_up_storage', { operation });
      if (made.path === null) return;
      toasts.ok(words.made(bytes(made.bytes), made.path));
      if (made.damaged > 0) toasts.show(words.damaged(made.damaged));
    });
  }

  /** Asks which backup and whether to restore it, and does. */
  async restore(): Promise<void> {
    await this.#run('restore', async (operation) => {
      const { path, createdAt, files, bytes: size } = await call('choose_backup', {});
      if (path === null || createdAt === null) return;
      const agreed = await confirmation.ask({
        title: words.restoreTitle,
        body: words.restoreBody(dateTime(createdAt), files, bytes(size)),
        points: [...words.restorePoints],
        confirm: words.restoreConfirm,
        danger: true,
      });
      if (!agreed) return;
      const restored = await call('restore_storage', { path, operation });
      toasts.ok(words.restored(restored.files));
      if (restored.damaged > 0) toasts.show(words.restoredDamaged(restored.damaged));
      await Promise.all([this.load(), sources.load(), hosting.load()]);
    });
  }

  async #run(what: Running['what'], work: (operation: string) => Promise<void>): Promise<void> {
    if (this.running) return;
    const operation = operationId();
    this.failed = null;
    this.running = { operation, what, done: 0, total: 0, cancelling: false };
    try {
      await work(operation);
    } catch (thrown) {
      const failure = CommandFailure.from(thrown);
      if (failure.code !== 'cancelled') this.failed = { what, failure };
    }
    this.running = null;
  }

  async cancel(): Promise<void> {
    if (!this.running) return;
    this.running.cancelling = true;
    await call('cancel_operation', { operation: this.running.operation });
  }

  hear(event: AppEvent): void {
    if (event.type !== 'bytes_progress' || event.operation !== this.running?.operation) return;
    this.running.done = event.done;
    this.running.total = event.total;
  }

  /** As before anything was looked at. */
  forget(): void {
    this.usage = null;
    this.failure = null;
    this.running = null;
    this.failed = null;
  }
}

export const storage = new Storage();
