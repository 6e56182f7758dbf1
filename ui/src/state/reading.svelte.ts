/** Something that is read from a registry: it can be stopped, and the latest reading wins. */
import { call, CommandFailure } from '../ipc';
import { operationId } from '../lib/once';

export class Reading<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  /** The reading under way. */
  operation = $state<string | null>(null);
  /** How many items have come so far, and of how many where that is known. */
  done = $state(0);
  total = $state<number | null>(null);
  /** Whether the person has stopped the last one. */
  stopped = $state(false);

  readonly busy = $derived(this.operation !== null);

  /** Reads; what is shown stays until the answer has come. */
  async read(ask: (operation: string) => Promise<T>): Promise<void> {
    this.#end();
    const operation = operationId();
    Object.assign(this, { operation, failure: null, stopped: false, done: 0, total: null });
    try {
      const value = await ask(operation);
      if (this.operation === operation) this.value = value;
    } catch (thrown) {
      if (this.operation === operation) this.#fail(CommandFailure.from(thrown));
    }
    if (this.operation === operation) this.operation = null;
  }

  #fail(failure: CommandFailure): void {
    if (failure.code === 'cancelled') this.stopped = true;
    else this.failure = failure;
  }

  /** Stops it, as the person wishes. */
  async stop(): Promise<void> {
    if (this.operation) await call('cancel_operation', { operation: this.operation });
  }

  /** Nobody waits for the answer any more. */
  #end(): void {
    const { operation } = this;
    this.operation = null;
    // An operation that has just ended is no error.
    if (operation) void call('cancel_operation', { operation }).catch(() => undefined);
  }

  hear(operation: string, done: number, total: number | null): void {
    if (operation === this.operation) Object.assign(this, { done, total });
  }

  forget(): void {
    this.#end();
    Object.assign(this, { value: null, failure: null, stopped: false, done: 0, total: null });
  }
}
