/** odo: what it has, and a change of it, which is planned, shown and made when the person agrees. */
import type { OdoChange, OdoConflict, OdoImport, OdoPage, OdoPlan } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { m } from '../messages';
import { toasts } from './toasts.svelte';
import { vault } from './vault.svelte';

/** Which registries a change is about, by what they are called. */
interface Asked {
  change: OdoChange;
  names: readonly string[];
  /** Whether one of them has a token. */
  hasToken: boolean;
}

class Odo {
  page = $state.raw<OdoPage | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  loading = $state(false);

  asked = $state.raw<Asked | null>(null);
  plan = $state.raw<OdoPlan | null>(null);
  /** What odo would lose, also once the person has agreed to it and the plan names it no more. */
  conflicts = $state.raw<readonly OdoConflict[]>([]);
  phase = $state<'planning' | 'ready' | 'applying'>('planning');
  outdated = $state(false);
  planFailure = $state.raw<CommandFailure | null>(null);

  /** Whether the import is open. */
  importing = $state(false);
  imported = $state.raw<OdoImport | null>(null);

  #turn = 0;
  #answer: ((applied: boolean) => void) | null = null;

  /** Registries that odo has and Registrar has not. */
  readonly foreign = $derived(this.page?.entries.filter(({ knownAs }) => knownAs === null) ?? []);

  readonly useful = $derived(
    this.plan !== null && (this.plan.files.length > 0 || this.plan.tokens.length > 0),
  );

  /** Looks at odo. The latest call wins. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const page = await call('odo_page', {});
      if (turn === this.#turn) this.#take(page);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = CommandFailure.from(thrown);
      this.loading = false;
    }
  }

  #take(page: OdoPage): void {
    this.#turn += 1;
    this.page = page;
    this.failure = null;
    this.loading = false;
  }

  /** Shows what a change would write; resolves to whether it was made. */
  async ask(asked: Asked): Promise<boolean> {
    this.close();
    this.asked = asked;
    const answer = new Promise<boolean>((resolve) => (this.#answer = resolve));
    await this.draw();
    return answer;
  }

  /** Shows the same with another choice. */
  async choose(choice: { withToken?: boolean; replace?: boolean }): Promise<void> {
    if (this.asked?.change.change !== 'use') return;
    this.asked = { ...this.asked, change: { ...this.asked.change, ...choice } };
    await this.draw();
  }

  /** Plans anew. */
  async draw(): Promise<void> {
    const { asked } = this;
    if (!asked) return;
    this.phase = 'planning';
    this.planFailure = null;
    try {
      const plan = await vault.reach(() => call('plan_odo', asked.change));
      if (this.asked === asked) this.#show(plan, asked.change);
    } catch (thrown) {
      if (this.asked === asked) this.planFailure = CommandFailure.from(thrown);
    }
    if (this.asked === asked) this.phase = 'ready';
  }

  #show(plan: OdoPlan, change: OdoChange): void {
    this.plan = plan;
    if (change.change !== 'use' || !change.replace) this.conflicts = plan.conflicts;
  }

  /** Makes the change. Where the list has changed meanwhile, shows the new plan instead. */
  async apply(): Promise<void> {
    const { asked, plan } = this;
    if (!asked || !plan || this.phase !== 'ready' || !this.useful) return;
    this.phase = 'applying';
    this.planFailure = null;
    try {
      this.#take(await vault.reach(() => call('apply_odo', { plan: plan.plan })));
      const words = m.odo.review;
      toasts.ok(asked.change.change === 'use' ? words.used : words.removed);
      this.#end(true);
    } catch (thrown) {
      const failure = CommandFailure.from(thrown);
      this.outdated = failure.code === 'plan_outdated';
      await this.draw();
      if (!this.outdated) this.planFailure ??= failure;
      void this.load();
    }
  }

  /** Drops the change, unless it is being made just now. */
  close(): void {
    if (this.phase !== 'applying' || !this.asked) this.#end(false);
  }

  #end(applied: boolean): void {
    this.asked = null;
    this.plan = null;
    this.conflicts = [];
    this.phase = 'planning';
    this.outdated = false;
    this.planFailure = null;
    this.#answer?.(applied);
    this.#answer = null;
  }

  /** Takes over what odo has. */
  async import(names: readonly string[]): Promise<void> {
    this.imported = await vault.reach(() => call('import_odo', { names: [...names] }));
    await this.load();
  }

  /** Opens the import, with what odo has now. */
  async openImport(): Promise<void> {
    this.imported = null;
    this.importing = true;
    await this.load();
  }

  /** Forgets everything, for the tests, which open many windows. */
  forget(): void {
    this.#end(false);
    this.page = this.failure = this.imported = null;
    this.loading = this.importing = false;
  }
}

export const odo = new Odo();
