/** One source registry, as long as its page is open: kept up to date while it changes. */
import type { SourceDetails } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { debounce } from '../lib/once';
import { onEvent } from './events';

const GATHER = 120;

export class OpenSource {
  details = $state.raw<SourceDetails | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  readonly id: string;
  #turn = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Loads it anew. The latest call wins; what was shown stays meanwhile. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const details = await call('get_source', { id: this.id });
      if (turn === this.#turn) this.take(details);
    } catch (thrown) {
      if (turn === this.#turn) this.failure = CommandFailure.from(thrown);
    }
  }

  /** Takes what a command has answered. */
  take(details: SourceDetails): void {
    this.#turn += 1;
    this.details = details;
    this.failure = null;
  }

  /** Loads it, and again whenever it has changed, until the returned function is called. */
  follow(): () => void {
    void this.load();
    const changed = debounce(() => void this.load(), GATHER);
    const deafen = onEvent((event) => {
      if (event.type === 'source_changed' && event.id === this.id) changed.ask();
      if (event.type === 'hosting_changed' && this.failure) changed.ask();
    });
    return () => {
      deafen();
      changed.stop();
    };
  }
}
