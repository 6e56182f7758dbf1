/** Where the packages lie, and what is to be done where they do not. */
import type { StorageFolder } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { confirmation } from './confirm.svelte';
import { hosting } from './hosting.svelte';
import { sources } from './sources.svelte';
import { toasts } from './toasts.svelte';

const words = m.storageFolder;

class Folder {
  place = $state.raw<StorageFolder | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  /** The folder that a move could not remove. */
  left = $state.raw<string | null>(null);

  async load(): Promise<void> {
    await this.#try(async () => {
      this.place = await call('storage_folder', {});
    });
  }

  async open(): Promise<void> {
    await this.#try(() => call('open_storage_folder', {}));
  }

  /** Asks where the packages lie now. */
  async find(): Promise<void> {
    await this.#try(async () => {
      await this.#now(await call('find_storage', {}));
    });
  }

  /** Begins without any packages, once the person agrees. */
  async startAnew(): Promise<void> {
    const agreed = await confirmation.ask({
      title: words.anewTitle,
      body: words.anewBody,
      points: [...words.anewPoints],
      confirm: words.anewConfirm,
      danger: true,
    });
    if (!agreed) return;
    await this.#try(async () => {
      await this.#now(await call('start_storage_anew', {}));
    });
  }

  async #now(place: StorageFolder): Promise<void> {
    this.place = place;
    if (!place.there) return;
    toasts.ok(words.now(place.folder));
    await Promise.all([sources.load(), hosting.load()]);
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.failure = null;
    } catch (thrown) {
      this.failure = CommandFailure.from(thrown);
    }
  }

  /** As before anything was looked at. */
  forget(): void {
    this.place = null;
    this.failure = null;
    this.left = null;
  }
}

export const storageFolder = new Folder();
