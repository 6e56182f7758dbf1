/** Saving something of a stack: the folder, the progress, the question about what is there. */
import type { SaveOutcome, SaveWhat } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { operationId } from '../lib/once';
import { m } from '../messages';
import { toasts } from './toasts.svelte';

/** What is to be saved. */
export interface Subject {
  registry: string;
  name: string;
  version: string;
  what: SaveWhat;
}

type Taken = Extract<SaveOutcome, { outcome: 'taken' }>;

class StackSave {
  subject = $state.raw<Subject | null>(null);
  folder = $state('');
  error = $state<string | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  operation = $state<string | null>(null);
  cancelling = $state(false);
  done = $state(0);
  total = $state<number | null>(null);
  taken = $state.raw<Taken | null>(null);

  /** Opens the dialog; `folder` is where something is saved where nothing else is chosen. */
  open(subject: Subject, folder: string): void {
    this.subject = subject;
    // A project and a whole stack go into a folder of their own.
    const { what } = subject;
    const own = what.what === 'starter_project' ? what.name : subject.name;
    const separator = folder.includes('\\') ? '\\' : '/';
    this.folder = folder.endsWith(separator) ? `${folder}${own}` : `${folder}${separator}${own}`;
    Object.assign(this, { error: null, failure: null, operation: null, cancelling: false });
    Object.assign(this, { done: 0, total: null, taken: null });
  }

  async choose(): Promise<void> {
    try {
      const { path } = await call('choose_folder', {});
      if (path !== null) this.folder = path;
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  progress(operation: string, done: number, total: number | null): void {
    if (operation === this.operation) Object.assign(this, { done, total });
  }

  async save(): Promise<void> {
    if (!this.subject || this.operation) return;
    const operation = operationId();
    Object.assign(this, { operation, error: null, failure: null, done: 0, total: null });
    const request = { ...this.subject, folder: this.folder, operation };
    await this.#follow(() => call('save_stack', request));
  }

  async #follow(work: () => Promise<SaveOutcome>): Promise<void> {
    try {
      this.#took(await work());
    } catch (thrown) {
      const failure = CommandFailure.from(thrown);
      if (failure.code === 'cancelled') toasts.show(m.stacks.save.cancelled);
      else if (failure.field === 'folder') this.error = failure.message;
      else this.failure = failure;
    } finally {
      this.operation = null;
      this.cancelling = false;
    }
  }

  #took(outcome: SaveOutcome): void {
    if (outcome.outcome === 'taken') {
      this.taken = outcome;
      return;
    }
    if (outcome.outcome === 'saved') {
      toasts.ok(m.stacks.save.saved(outcome.files, outcome.folder));
    }
    this.subject = null;
  }

  /** The answer to the question about what is there. */
  async answer(replace: boolean): Promise<void> {
    const { taken } = this;
    if (!taken || this.operation) return;
    this.operation = taken.ticket;
    this.taken = null;
    const finish = { ticket: taken.ticket, replace };
    await this.#follow(() => call('finish_save', finish));
  }

  async cancel(): Promise<void> {
    if (!this.operation) return;
    this.cancelling = true;
    await call('cancel_operation', { operation: this.operation });
  }

  /** Closes the dialog; what is under way or waits for an answer ends with it. */
  async close(): Promise<void> {
    if (this.operation) await this.cancel();
    else if (this.taken) await this.answer(false);
    else this.subject = null;
  }
}

export const stackSave = new StackSave();
