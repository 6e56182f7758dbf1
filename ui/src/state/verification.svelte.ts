/**
 * Verifying the storage of source registries: reading every file takes its time, so it goes on
 * while other pages are shown.
 */
import type { AppEvent, VerifyReport } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { operationId } from '../lib/once';

/** What is verified: one registry, by its id, or everything. */
export type Scope = string | null;

interface Running {
  operation: string;
  scope: Scope;
  /** Bytes. */
  done: number;
  /** Bytes; 0 until it is known. */
  total: number;
  cancelling: boolean;
}

class Verification {
  running = $state<Running | null>(null);
  /** What came of the last one, and of what it was. */
  report = $state.raw<{ scope: Scope; report: VerifyReport } | null>(null);
  failure = $state.raw<CommandFailure | null>(null);

  async start(scope: Scope): Promise<void> {
    if (this.running) return;
    const operation = operationId();
    this.report = null;
    this.failure = null;
    this.running = { operation, scope, done: 0, total: 0, cancelling: false };
    try {
      this.report = { scope, report: await call('verify_storage', { source: scope, operation }) };
    } catch (thrown) {
      this.failure = CommandFailure.from(thrown);
    }
    this.running = null;
  }

  async cancel(): Promise<void> {
    if (!this.running) return;
    this.running.cancelling = true;
    await call('cancel_operation', { operation: this.running.operation });
  }

  hear(event: AppEvent): void {
    if (event.type !== 'bytes_progress' || event.operation !== this.running?.operation) return;
    this.running.done = event.done;
    this.running.total = event.total;
  }

  /** As before anything was verified. */
  forget(): void {
    this.running = null;
    this.report = null;
    this.failure = null;
  }
}

export const verification = new Verification();
