/** Checks of stored registries: one, or all with progress and cancel. */
import { call } from '../ipc';
import { operationId } from '../lib/once';
import { m } from '../messages';
import { registries } from './registries.svelte';
import { toasts } from './toasts.svelte';

export interface Progress {
  operation: string;
  done: number;
  failed: number;
  total: number;
  cancelling: boolean;
}

class Checks {
  /** The check of all registries under way. */
  all = $state<Progress | null>(null);

  async checkAll(): Promise<void> {
    if (this.all || registries.total === 0) return;
    const operation = operationId();
    this.all = { operation, done: 0, failed: 0, total: registries.total, cancelling: false };
    try {
      const summary = await call('check_registries', { ids: null, operation });
      const done = summary.passed + summary.failed;
      if (summary.cancelled) {
        toasts.show(m.registries.checkAllCancelled(done));
      } else {
        await registries.catchUp();
        if (summary.failed === 0) toasts.ok(m.registries.checkAllDone(summary.passed));
        else toasts.show(m.registries.checkAllFailed(summary.failed, done));
      }
    } catch (failure) {
      toasts.failure(failure);
    } finally {
      this.all = null;
    }
  }

  progress(operation: string, done: number, failed: number, total: number): void {
    if (this.all?.operation === operation) Object.assign(this.all, { done, failed, total });
  }

  async cancel(): Promise<void> {
    if (!this.all) return;
    this.all.cancelling = true;
    await call('cancel_operation', { operation: this.all.operation });
  }

  /** Checks one registry; its row changes as the check goes on. */
  async checkOne(id: string): Promise<void> {
    try {
      await call('check_registries', { ids: [id], operation: operationId() });
    } catch (failure) {
      toasts.failure(failure);
    }
  }
}

export const checks = new Checks();
