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
import { storageFolder } from './storage-folder.svelte';
import { toasts } from './toasts.svelte';

export interface Running {
  operation: string;
  what: 'backup' | 'restore' | 'move';
  /** Bytes. */
  done: number;
  /** Bytes; 0 until it is known. */
  total: number;
  /** When it began to have a total, in milliseconds. */
  began: number;
  /** How long it will take from now on; `null` while nobody can say. */
  seconds: number | null;
  cancelling: boolean;
}

interface Failed {
  what: Running['what'];
  failure: CommandFailure;
}

const words = m.backup;
const folderWords = m.storageFolder;
/** Nobody can say how long something takes that began less than so many milliseconds ago. */
const TOO_EARLY = 3000;

function secondsLeft(passed: number, done: number, total: number): number | null {
  if (passed < TOO_EARLY || done === 0) return null;
  return Math.ceil(((passed / 1000) * (total - done)) / done);
}

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

  /** Asks for a folder and whether to move everything there, and does. */
  async move(): Promise<void> {
    await this.#run('move', async (operation) => {
      const { path, bytes: size } = await call('choose_storage_folder', {});
      if (path === null) return;
      const agreed = await confirmation.ask({
        title: folderWords.moveTitle,
        body: folderWords.moveBody(bytes(size), path),
        points: [...folderWords.movePoints],
        confirm: folderWords.moveConfirm,
      });
      if (!agreed) return;
      storageFolder.left = null;
      const moved = await call('move_storage', { path, operation });
      storageFolder.left = moved.left;
      toasts.ok(folderWords.moved(moved.files, moved.folder));
      if (moved.damaged > 0) toasts.show(folderWords.damaged(moved.damaged));
      await Promise.all([this.load(), storageFolder.load(), hosting.load()]);
    });
  }

  async #run(what: Running['what'], work: (operation: string) => Promise<void>): Promise<void> {
    if (this.running) return;
    const operation = operationId();
    this.failed = null;
    this.running = {
      operation,
      what,
      done: 0,
      total: 0,
      began: 0,
      seconds: null,
      cancelling: false,
    };
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
    const { running } = this;
    const now = performance.now();
    if (running.began === 0) running.began = now;
    running.done = event.done;
    running.total = event.total;
    running.seconds = secondsLeft(now - running.began, event.done, event.total);
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
