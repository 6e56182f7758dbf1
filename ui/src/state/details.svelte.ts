/** Everything about the selected registry. */
import type { RegistryDetails } from '../bindings';
import { call, CommandFailure } from '../ipc';

class Details {
  current = $state.raw<RegistryDetails | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  #wanted: string | null = null;

  /** Loads one registry's details. The latest call wins; what was shown of it stays meanwhile. */
  async load(id: string | null): Promise<void> {
    this.#wanted = id;
    if (this.current?.row.id !== id) this.current = null;
    this.failure = null;
    if (id === null) return;
    try {
      const details = await call('get_registry', { id });
      if (this.#wanted === id) this.current = details;
    } catch (thrown) {
      if (this.#wanted === id) this.failure = CommandFailure.from(thrown);
    }
  }
}

export const details = new Details();
