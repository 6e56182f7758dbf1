/** Sharing on the network: what it does, and what the person wants of it. */
import type { NetworkSharing, OwnCertificate, Reach } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { toasts } from './toasts.svelte';

const words = m.network;

class Network {
  sharing = $state.raw<NetworkSharing | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  busy = $state(false);
  /** For programs on which computer instructions are: where there is a choice, the network's first. */
  reach = $state<Reach>('network');
  #turn = 0;

  async load(): Promise<void> {
    const mine = ++this.#turn;
    try {
      const sharing = await call('network_sharing', {});
      if (mine !== this.#turn) return;
      this.sharing = sharing;
      this.failure = null;
    } catch (thrown) {
      if (mine === this.#turn) this.failure = CommandFailure.from(thrown);
    }
  }

  async share(on: boolean): Promise<void> {
    await this.#run(() => call('share_on_network', { on }));
  }

  async renew(): Promise<void> {
    if (await this.#run(() => call('renew_certificate', {}))) toasts.ok(words.renewed);
  }

  /** Keeps how to share. Rejects with what is wrong. */
  async save(port: number, names: string[], certificate: OwnCertificate | null): Promise<void> {
    this.busy = true;
    try {
      this.#take(await call('save_network', { port, names, certificate }));
    } finally {
      this.busy = false;
    }
  }

  async exportAuthority(): Promise<void> {
    try {
      const { path } = await call('export_authority', {});
      if (path !== null) toasts.ok(words.exported(path));
    } catch (thrown) {
      toasts.failure(thrown);
    }
  }

  #take(sharing: NetworkSharing): void {
    this.#turn += 1;
    this.sharing = sharing;
    this.failure = null;
  }

  async #run(ask: () => Promise<NetworkSharing>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      this.#take(await ask());
      return true;
    } catch (thrown) {
      toasts.failure(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

export const network = new Network();
