/** The tools on this computer, and what they ask Registrar for. */
import type { ToolGroup, ToolsPage } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { navigation } from './navigation.svelte';
import { toasts } from './toasts.svelte';

/** Whether a family has a tool on this computer. */
export const isInstalled = (group: ToolGroup) => group.tools.some(({ path }) => path !== null);

/** Whether something in a family's configuration is, or should be, Registrar's. */
export function isOurs({ every, registries }: ToolGroup): boolean {
  const settings = [every, ...registries.map(({ setting }) => setting)];
  return settings.some(({ state }) => state !== 'off' && state !== 'other');
}

class Tools {
  page = $state.raw<ToolsPage | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  loading = $state(false);
  #turn = 0;

  /** The families of which another program has undone something. */
  readonly broken = $derived(this.page?.groups.filter((group) => group.needsRepair) ?? []);

  /** Looks for the tools and reads their configuration. The latest call wins. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const page = await call('list_tools', {});
      if (turn === this.#turn) this.take(page);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = CommandFailure.from(thrown);
      this.loading = false;
    }
  }

  /** Takes the tools as the shell has sent them; an answer under way is older. */
  take(page: ToolsPage): void {
    this.#turn += 1;
    this.page = page;
    this.failure = null;
    this.loading = false;
  }

  /** As `notice`, unless the tools were looked at already. */
  async noticeOnce(): Promise<void> {
    if (!this.page && !this.loading) await this.notice();
  }

  /** Looks again, and says where another program has undone what is ours. */
  async notice(): Promise<void> {
    const before = this.broken.map(({ family }) => family);
    await this.load();
    if (navigation.view.name === 'tools') return;
    for (const { family } of this.broken) {
      if (before.includes(family)) continue;
      const action = { label: m.tools.look, run: () => void navigation.go({ name: 'tools' }) };
      toasts.show(m.tools.repairNoticed(family), { action, seconds: 20 });
    }
  }
}

export const tools = new Tools();
