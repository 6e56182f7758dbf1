/** Moving credentials that tools have stored into Registrar. */
import type { AppEvent, Imported, ImportFindings, ImportResult, ImportRow } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { operationId } from '../lib/once';
import { m } from '../messages';
import { navigation } from './navigation.svelte';
import { toasts } from './toasts.svelte';
import { tools } from './tools.svelte';
import { vault } from './vault.svelte';

export const isPlaintext = (row: ImportRow) => row.place.place === 'plaintext';
const isPossible = (row: ImportRow) => row.problem === null;
/** Chosen without asking: what any program can read, where it replaces nothing. */
const isEasy = (row: ImportRow) =>
  isPossible(row) && isPlaintext(row) && row.existing?.hasToken !== true;

/** What came of a credential, with where it came from. */
export interface Outcome extends Imported {
  row: ImportRow;
}

class Import {
  phase = $state<'searching' | 'choosing' | 'moving' | 'done'>('searching');
  findings = $state.raw<ImportFindings | null>(null);
  /** Keys of the rows to move. */
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  result = $state.raw<ImportResult | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  progress = $state.raw({ done: 0, total: 0 });
  cancelling = $state(false);
  /** Keys whose plaintext has been removed. */
  scrubbed = $state.raw<ReadonlySet<string>>(new Set());
  #operation = '';
  #turn = 0;
  #watched = false;
  #seen = true;

  readonly rows = $derived(this.findings?.rows ?? []);
  readonly possible = $derived(this.rows.filter(isPossible));
  readonly outcomes = $derived.by(() => this.#outcomes());
  /** Keys whose plaintext can be removed and has not been. */
  readonly scrubbable = $derived(
    this.outcomes
      .filter(({ key, canScrub }) => canScrub && !this.scrubbed.has(key))
      .map(({ key }) => key),
  );

  #outcomes(): Outcome[] {
    const byKey = new Map(this.rows.map((row) => [row.key, row]));
    return (this.result?.imported ?? []).flatMap((imported) => {
      const row = byKey.get(imported.key);
      return row ? [{ ...imported, row }] : [];
    });
  }

  /** The page is there: goes on where an import is under way or was not seen to its end. */
  enter(): () => void {
    this.#watched = true;
    if (this.phase !== 'moving' && this.#seen) void this.search();
    this.#seen = true;
    return () => (this.#watched = false);
  }

  /** Searches the files and helpers of the tools. The latest call wins. */
  async search(): Promise<void> {
    const turn = ++this.#turn;
    this.phase = 'searching';
    this.findings = this.result = this.failure = null;
    this.scrubbed = new Set();
    try {
      const findings = await call('search_import', {});
      if (turn === this.#turn) this.#offer(findings);
    } catch (thrown) {
      if (turn === this.#turn) this.failure = CommandFailure.from(thrown);
    }
  }

  #offer(findings: ImportFindings): void {
    this.findings = findings;
    this.choose(isEasy);
    this.phase = 'choosing';
  }

  /** Chooses every row that can be moved and passes; no other. */
  choose(passes: (row: ImportRow) => boolean): void {
    this.chosen = new Set(this.possible.filter(passes).map(({ key }) => key));
  }

  choosePlaintext(): void {
    this.choose(isPlaintext);
  }

  toggle(key: string): void {
    const others = [...this.chosen].filter((chosen) => chosen !== key);
    this.chosen = new Set(this.chosen.has(key) ? others : [...others, key]);
  }

  /** Moves what was chosen, and checks each. */
  async move(): Promise<void> {
    const keys = this.rows.map(({ key }) => key).filter((key) => this.chosen.has(key));
    if (this.phase !== 'choosing' || keys.length === 0) return;
    this.failure = null;
    this.cancelling = false;
    this.progress = { done: 0, total: keys.length };
    this.phase = 'moving';
    const turn = ++this.#turn;
    try {
      const result = await vault.reach(() => this.#send(keys));
      if (turn === this.#turn) this.#finish(result);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = CommandFailure.from(thrown);
      this.phase = 'choosing';
    }
  }

  #send(keys: string[]): Promise<ImportResult> {
    this.#operation = operationId();
    return call('import_credentials', { keys, operation: this.#operation });
  }

  #finish(result: ImportResult): void {
    this.result = result;
    this.phase = 'done';
    this.#seen = this.#watched;
    // Which tools could ask Registrar for what has come.
    void tools.load();
    if (this.#watched) return;
    const moved = this.outcomes.filter(({ id }) => id !== null).length;
    const run = () => void navigation.go({ name: 'import' });
    const action = { label: m.tools.import.showResults, run };
    toasts.show(m.tools.import.finishedAway(moved), { action, seconds: 20 });
  }

  async cancel(): Promise<void> {
    if (this.phase !== 'moving' || this.cancelling) return;
    this.cancelling = true;
    try {
      await call('cancel_operation', { operation: this.#operation });
    } catch (failure) {
      this.cancelling = false;
      toasts.failure(failure);
    }
  }

  /** The plaintext of these is gone. */
  markScrubbed(keys: readonly string[]): void {
    this.scrubbed = new Set([...this.scrubbed, ...keys]);
  }

  hear(event: AppEvent): void {
    if (event.type !== 'check_progress' || event.operation !== this.#operation) return;
    this.progress = { done: event.done, total: event.total };
  }
}

export const importing = new Import();
