/** One stack or sample: what the index says, and its devfile in the chosen version. */
import type { DevfileText, StackDetails, StackKind, StackVersion } from '../bindings';
import { call, CommandFailure } from '../ipc';

class StackPage {
  details = $state.raw<StackDetails | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  /** Which version, as its place in the list. */
  chosen = $state(0);
  devfile = $state.raw<DevfileText | null>(null);
  devfileFailure = $state.raw<CommandFailure | null>(null);
  loading = $state(false);

  readonly version = $derived<StackVersion | null>(this.details?.versions[this.chosen] ?? null);

  #turn = 0;

  async open(registry: string, kind: StackKind, name: string): Promise<void> {
    const turn = ++this.#turn;
    Object.assign(this, { details: null, failure: null, devfile: null, devfileFailure: null });
    try {
      const details = await call('get_stack', { registry, kind, name });
      if (turn !== this.#turn) return;
      this.details = details;
      const marked = details.versions.findIndex(({ isDefault }) => isDefault);
      await this.choose(Math.max(0, marked));
    } catch (thrown) {
      if (turn === this.#turn) this.failure = CommandFailure.from(thrown);
    }
  }

  async choose(version: number): Promise<void> {
    this.chosen = version;
    this.devfile = null;
    await this.load(false);
  }

  /** Loads the devfile of the chosen version. The latest call wins. */
  async load(refresh: boolean): Promise<void> {
    const { details } = this;
    if (!details) return;
    const turn = ++this.#turn;
    this.loading = true;
    this.devfileFailure = null;
    try {
      const devfile = await call('get_devfile', {
        registry: details.registry.id,
        name: details.row.name,
        version: this.version?.version ?? '',
        refresh,
      });
      if (turn === this.#turn) this.devfile = devfile;
    } catch (thrown) {
      if (turn === this.#turn) this.devfileFailure = CommandFailure.from(thrown);
    }
    if (turn === this.#turn) this.loading = false;
  }

  forget(): void {
    this.#turn += 1;
    Object.assign(this, { details: null, failure: null, devfile: null, devfileFailure: null });
    Object.assign(this, { chosen: 0, loading: false });
  }
}

export const stackPage = new StackPage();
