/** The server that hosts the source registries: what it does, and starting it again. */
import type { HostingStatus } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

class Hosting {
  status = $state.raw<HostingStatus | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  /** Whether the person waits for it to start. */
  busy = $state(false);
  /** What the person has just asked for, until the settings have it or refuse it. */
  #wish = $state<boolean | null>(null);
  /** Settles when it has been turned on or off as often as was asked for. */
  #turned = Promise.resolve();

  /** Whether it is to run. */
  readonly on = $derived(this.#wish ?? session.settings.hosting);

  /**
   * The state in a few words, with the address where it answers. That it starts is not said: it
   * does so behind the first picture, which stands still.
   */
  readonly words = $derived.by(() => {
    const words = m.hosting.status;
    const state = this.status?.server.state ?? (this.on ? 'starting' : 'off');
    if (state !== 'running' && state !== 'starting') return words[state];
    return words.on(this.status?.address ?? `127.0.0.1:${session.settings.hostingPort}`);
  });

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
      const { server, address } = this.status;
      if (server.state === 'running') toasts.ok(m.hosting.restarted(address));
    } catch (thrown) {
      toasts.failure(thrown);
    }
    this.busy = false;
  }

  /** Turns it on or off, in the settings. Of several wishes the last one is followed last. */
  turn(on: boolean): Promise<void> {
    this.#wish = on;
    const turned = this.#turned.then(() => this.#turn(on));
    this.#turned = turned;
    return turned.then(() => {
      if (this.#turned === turned) this.#wish = null;
    });
  }

  async #turn(on: boolean): Promise<void> {
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
