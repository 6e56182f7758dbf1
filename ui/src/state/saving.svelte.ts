/** Testing and saving what stands in a form, and what to do when the record changed meanwhile. */
import type { AppEvent, CheckStep, RegistryDetails, TestResult } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { serverOf } from '../lib/address';
import { operationId } from '../lib/once';
import { m } from '../messages';
import { confirmation } from './confirm.svelte';
import type { FormState } from './form.svelte';
import { toasts } from './toasts.svelte';
import { vault } from './vault.svelte';

const CLIENT_FILES = { client_certificate: 'clientCertificate', client_key: 'clientKey' } as const;

export class Saving {
  phase = $state<'idle' | 'testing' | 'saving'>('idle');
  step = $state<CheckStep | null>(null);
  cancelled = $state(false);
  result = $state.raw<TestResult | null>(null);
  /** Why saving failed, where no field is to blame. */
  failure = $state.raw<CommandFailure | null>(null);
  /** The record as it is outside, where it differs from the one being edited. */
  theirs = $state.raw<RegistryDetails | null>(null);
  /** Whether the two versions are being shown side by side. */
  comparing = $state(false);

  readonly #form: FormState;
  #testedVersion = -1;
  #operation = '';
  /** Where the person lets the stored token go besides its own server. */
  #maySendTo = '';

  constructor(form: FormState) {
    this.#form = form;
  }

  readonly busy = $derived(this.phase !== 'idle');
  /** Whether the form has changed since the test. */
  readonly stale = $derived.by(
    () => this.result !== null && this.#form.version !== this.#testedVersion,
  );
  readonly passed = $derived.by(
    () => this.result !== null && !this.stale && this.result.report.failure === null,
  );

  /** Starts over, as when the form is filled anew. */
  reset(): void {
    this.result = null;
    this.failure = null;
    this.theirs = null;
    this.comparing = false;
    this.cancelled = false;
    this.#maySendTo = '';
  }

  /** Whether the form can be sent; otherwise the errors are shown. */
  async #mendable(): Promise<boolean> {
    const form = this.#form;
    form.showAllErrors();
    const review = await form.ask();
    if (review && review.errors.length > 0) return false;
    return form.isContainer || !form.plainHttp || form.allowHttp;
  }

  /** Tests the draft. Says whether it passed; `null` where there was no test. */
  async test(): Promise<boolean | null> {
    if (this.busy) return null;
    this.phase = 'testing';
    this.failure = null;
    this.cancelled = false;
    this.step = null;
    try {
      const ready = (await this.#mendable()) && (await this.#maySend());
      return ready ? await this.#runTest() : null;
    } catch (thrown) {
      this.#refused(CommandFailure.from(thrown));
      return null;
    } finally {
      this.phase = 'idle';
      this.step = null;
    }
  }

  /** The stored token goes to another server only after a yes: a test sends it, too. */
  async #maySend(): Promise<boolean> {
    const { original, review, stored, tokenAction, isContainer, plainHttp } = this.#form;
    // Over plain http, a devfile registry gets no token.
    if (!original || !stored || tokenAction !== 'keep' || (plainHttp && !isContainer)) return true;
    const target = serverOf(review?.url ?? this.#form.url);
    if (target === serverOf(original.row.url) || target === this.#maySendTo) return true;
    const yes = await confirmation.ask({
      title: m.form.sendTitle,
      body: m.form.sendBody(original.row.name, target),
      confirm: m.form.sendConfirm,
    });
    if (yes) this.#maySendTo = target;
    return yes;
  }

  async #runTest(): Promise<boolean> {
    const form = this.#form;
    const version = form.version;
    this.result = null;
    this.#operation = operationId();
    const request = { draft: form.draft(), id: form.id, operation: this.#operation };
    this.result = await call('test_registry', request);
    this.#testedVersion = version;
    return this.result.report.failure === null;
  }

  async cancelTest(): Promise<void> {
    await call('cancel_operation', { operation: this.#operation });
  }

  /** Tests, and saves if that passed. Gives back what was saved. */
  async testAndSave(): Promise<RegistryDetails | null> {
    if (this.passed) return this.save();
    return (await this.test()) ? this.save() : null;
  }

  /** Saves what stands in the form, with the test if it still counts. */
  async save(): Promise<RegistryDetails | null> {
    if (this.busy) return null;
    this.phase = 'saving';
    this.failure = null;
    try {
      if (!(await this.#mendable()) || !(await this.#agreed())) return null;
      return await vault.reach(() => this.#send());
    } catch (thrown) {
      await this.#saveRefused(CommandFailure.from(thrown));
      return null;
    } finally {
      this.phase = 'idle';
    }
  }

  #send(): Promise<RegistryDetails> {
    const form = this.#form;
    const test = this.result && !this.stale ? this.result.test : null;
    const draft = form.draft();
    if (!form.original || form.gone) return call('add_registry', { draft, test });
    const { row, base } = form.original;
    return call('update_registry', { id: row.id, base, draft, test });
  }

  /** A change of address or token is asked about, since others may rely on the old one. */
  async #agreed(): Promise<boolean> {
    const points = this.#weightyChanges();
    if (points.length === 0) return true;
    const title = m.form.confirmTitle(this.#form.original?.row.name ?? '');
    return confirmation.ask({ title, body: '', points, confirm: m.form.confirmSave });
  }

  #weightyChanges(): string[] {
    const { original, review, tokenAction, gone } = this.#form;
    if (!original || gone) return [];
    const { url, hasToken } = original.row;
    const points: string[] = [];
    const target = review?.url ?? this.#form.url;
    if (target !== url) points.push(m.form.confirmUrl(url, target));
    if (target !== url && hasToken && tokenAction === 'keep') points.push(m.form.confirmTokenMoves);
    if (tokenAction === 'set') {
      points.push(hasToken ? m.form.confirmTokenSet : m.form.confirmTokenFirst);
    }
    if (tokenAction === 'remove') points.push(m.form.confirmTokenRemove);
    return points;
  }

  #refused(failure: CommandFailure): void {
    if (failure.code === 'cancelled') this.cancelled = true;
    else if (failure.field) this.#form.refusal = failure;
    else this.failure = failure;
  }

  async #saveRefused(failure: CommandFailure): Promise<void> {
    if (failure.code === 'changed_elsewhere') {
      await this.#lookOutside();
      this.comparing = this.theirs !== null;
      if (this.comparing || this.#form.gone) return;
    }
    if (failure.code === 'not_found' && this.#form.original) this.#form.lose();
    else this.#refused(failure);
  }

  /** Reads the record again and keeps it if it is not what the form was opened with. */
  async #lookOutside(): Promise<void> {
    const { original, gone } = this.#form;
    if (!original || gone) return;
    try {
      const now = await call('get_registry', { id: original.row.id });
      this.theirs = now.base === original.base ? null : now;
    } catch (thrown) {
      if (CommandFailure.from(thrown).code === 'not_found') this.#form.lose();
    }
  }

  /** Saves mine over theirs. */
  async keepMine(): Promise<RegistryDetails | null> {
    this.#form.original = this.theirs ?? this.#form.original;
    this.theirs = null;
    this.comparing = false;
    return this.save();
  }

  /** Drops mine and shows theirs. */
  takeTheirs(): void {
    const { theirs } = this;
    this.reset();
    if (theirs) this.#form.fill(theirs);
  }

  hear(event: AppEvent): void {
    if (event.type === 'test_step' && event.operation === this.#operation) this.step = event.step;
    if (event.type === 'registries_changed' && this.phase !== 'saving') void this.#lookOutside();
  }

  /** Asks for a file; says whether one was chosen. */
  async choose(purpose: 'ca_file' | keyof typeof CLIENT_FILES): Promise<boolean> {
    try {
      const { path } = await call('choose_file', { purpose });
      if (path === null) return false;
      if (purpose === 'ca_file') this.#form.setCaFile(path);
      else this.#form.setClientFile(CLIENT_FILES[purpose], path);
      return true;
    } catch (failure) {
      toasts.failure(failure);
      return false;
    }
  }
}
