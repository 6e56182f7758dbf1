/** Devfile registries that the current context's cluster names. Nothing waits for them. */
import type { ClusterPage } from '../bindings';
import { call } from '../ipc';
import { m } from '../messages';
import { registries } from './registries.svelte';
import { stacks } from './stacks.svelte';
import { toasts } from './toasts.svelte';

class Cluster {
  page = $state.raw<ClusterPage | null>(null);
  busy = $state(false);
  /** Whether the problem has been seen; until it is asked again by hand. */
  hidden = $state(false);

  readonly problem = $derived(this.hidden ? null : (this.page?.problem ?? null));
  readonly shown = $derived(
    this.problem !== null ||
      (this.page !== null && this.page.registries.length + this.page.leftOut.length > 0),
  );

  /** Asks the cluster; `anew` even where it was asked a moment ago. */
  async read(anew = false): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    if (anew) this.hidden = false;
    try {
      this.page = await call('read_cluster', { anew });
    } catch (failure) {
      toasts.failure(failure);
    } finally {
      this.busy = false;
    }
  }

  /** The same for the page of stacks, which then shows what they offer. */
  async browse(anew = false): Promise<void> {
    await this.read(anew);
    const known = stacks.sources.some((source) => source.cluster !== null);
    if (known || (this.page?.registries.length ?? 0) > 0) await stacks.takeCluster();
  }

  isCopied(url: string): boolean {
    return registries.rows.some((row) => row.kind === 'devfile' && row.url === url);
  }

  async copy(id: string): Promise<void> {
    try {
      const { row } = await call('copy_from_cluster', { id });
      toasts.ok(m.cluster.copied(row.name));
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  forget(): void {
    Object.assign(this, { page: null, busy: false, hidden: false });
  }
}

export const cluster = new Cluster();
