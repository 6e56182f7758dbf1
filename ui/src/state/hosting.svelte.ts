/** The server that hosts the source registries: what it does, and starting it again. */
import type { HostingStatus } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

class Hosting {
  status = $state.raw<HostingStatus | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  /** Whether the person waits for it to start. */
  busy = $state(false);

  async load(): Promise<void> {
    try {
      this.status = await call('hosting_status', {});
      this.failure = null;
    } catch (thrown) {
      this.failure = CommandFailure.from(thrown);
    }
  }

  /** Tries to start it again. */
  async restart(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      this.status = await call('restart_hosting', {});
    } catch (thrown) {
      toasts.failure(thrown);
    }
    this.busy = false;
  }

  /** Turns it on or off, in the settings. */
  async turn(on: boolean): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await session.save({ hosting: on });
      await this.load();
    } catch (thrown) {
      toasts.failure(thrown);
    }
    this.busy = false;
  }
}

export const hosting = new Hosting();
