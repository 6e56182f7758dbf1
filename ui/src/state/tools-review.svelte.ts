/**
 * A change of a tool's configuration: planned, shown, and made only when the person agrees.
 */
import type { PlanConflict, ToolChange, ToolPlan } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { toasts } from './toasts.svelte';
import { tools } from './tools.svelte';
import { vault } from './vault.svelte';

/** A plan that takes longer than this shows that it is under way, in milliseconds. */
const SLOW = 300;

class Review {
  change = $state.raw<ToolChange | null>(null);
  plan = $state.raw<ToolPlan | null>(null);
  /** Settings of other helpers; they stay listed when they are to be replaced. */
  conflicts = $state.raw<readonly PlanConflict[]>([]);
  phase = $state<'planning' | 'ready' | 'applying'>('planning');
  /** Whether a file has changed since the first plan. */
  outdated = $state(false);
  failure = $state.raw<CommandFailure | null>(null);
  /** Whether there is something to look at. */
  shown = $state(false);
  #answer: ((applied: boolean) => void) | null = null;
  #turn = 0;

  /** Whether settings of other helpers are to be replaced. */
  readonly replace = $derived(
    this.change !== null && 'replace' in this.change && this.change.replace,
  );
  /** Whether applying would do anything that the person has agreed to. */
  readonly useful = $derived(
    this.plan !== null && (this.plan.files.length > 0 || this.plan.conflicts.length === 0),
  );

  /** Shows what a change would write; resolves to whether it was made. */
  async ask(change: ToolChange): Promise<boolean> {
    this.close();
    this.change = change;
    const answer = new Promise<boolean>((resolve) => (this.#answer = resolve));
    const slow = setTimeout(() => (this.shown = this.change === change), SLOW);
    await this.draw();
    clearTimeout(slow);
    if (this.change === change) this.shown = true;
    return answer;
  }

  /** Plans anew. */
  async draw(): Promise<void> {
    const { change } = this;
    if (!change) return;
    const turn = ++this.#turn;
    this.phase = 'planning';
    this.failure = null;
    try {
      const plan = await call('plan_tools', change);
      if (turn === this.#turn) this.#take(plan);
    } catch (thrown) {
      if (turn === this.#turn) this.#failed(thrown);
    }
  }

  #take(plan: ToolPlan): void {
    this.plan = plan;
    if (!this.replace) this.conflicts = plan.conflicts;
    this.phase = 'ready';
  }

  #failed(thrown: unknown): void {
    this.failure = CommandFailure.from(thrown);
    this.phase = 'ready';
  }

  /** Chooses whether settings of other helpers are replaced, and shows what that would write. */
  async setReplace(replace: boolean): Promise<void> {
    const { change } = this;
    if (!change || !('replace' in change)) return;
    this.change = { ...change, replace };
    await this.draw();
  }

  /** Makes the change. Where a file has changed meanwhile, shows the new plan instead. */
  async apply(): Promise<void> {
    const { change, plan } = this;
    if (!change || !plan || this.phase !== 'ready' || !this.useful) return;
    this.phase = 'applying';
    this.failure = null;
    try {
      tools.take(await vault.reach(() => call('apply_plan', { plan: plan.plan })));
      const words = m.tools.review;
      toasts.ok(plan.conflicts.length > 0 ? words.doneInPart : words.done(change));
      this.#end(true);
    } catch (thrown) {
      await this.#refused(thrown);
    }
  }

  async #refused(thrown: unknown): Promise<void> {
    const failure = CommandFailure.from(thrown);
    this.outdated = failure.code === 'plan_outdated';
    // A refused plan is forgotten: the new one shows how things stand.
    await this.draw();
    if (this.change !== null && !this.outdated) this.failure ??= failure;
  }

  /** Drops the change, unless it is being made just now. */
  close(): void {
    if (this.phase !== 'applying') this.#end(false);
  }

  #end(applied: boolean): void {
    this.#turn += 1;
    this.change = null;
    this.plan = null;
    this.conflicts = [];
    this.phase = 'planning';
    this.outdated = false;
    this.failure = null;
    this.shown = false;
    this.#answer?.(applied);
    this.#answer = null;
  }
}

export const review = new Review();
