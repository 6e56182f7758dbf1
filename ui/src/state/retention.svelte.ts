/** What a registry keeps: the rule as it is typed, as it is saved, and what it would remove. */
import type { Retention, RetentionReport } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { bytes } from '../lib/bytes';
import { m } from '../messages';
import { confirmation } from './confirm.svelte';
import { toasts } from './toasts.svelte';

const MOST = 36_500;
const words = m.retention;

/** What was typed; `null` for nothing, `undefined` for what is no such number. */
function parse(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  const number = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  return number >= 1 && number <= MOST ? number : undefined;
}

const text = (number: number | null) => (number === null ? '' : String(number));

/** The most tags that a rule names. */
const MOST_TAGS = 50;
/** What a tag, or a pattern of some, may look like. */
const TAG = /^[\w.*-]{1,128}$/;
/** Where nobody has said which tags stay. */
const USUAL_TAGS = 'latest';

const split = (typed: string) => typed.split(/[\s,]+/).filter((tag) => tag !== '');

export class RetentionForm {
  newest = $state('');
  days = $state('');
  tagged = $state(false);
  tags = $state(USUAL_TAGS);
  saved = $state.raw<Retention | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  busy = $state<'preview' | 'save' | 'run' | null>(null);
  #report = $state.raw<{ key: string; report: RetentionReport } | null>(null);
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  readonly #typed = $derived({
    newest: parse(this.newest),
    days: parse(this.days),
    tags: this.tagged ? split(this.tags) : null,
  });
  readonly #key = $derived(JSON.stringify(this.#typed));

  /** What is wrong with the tags that stay. */
  readonly wrongTag = $derived.by(() => {
    const tags = this.#typed.tags ?? [];
    if (tags.length > MOST_TAGS) return words.tooManyTags;
    const wrong = tags.find((tag) => !TAG.test(tag));
    return wrong === undefined ? null : words.wrongTag(wrong);
  });

  /** Whether it is a rule that says something. */
  readonly says = $derived.by(() => {
    const { newest, days } = this.#typed;
    const numbers = newest !== undefined && days !== undefined;
    return numbers && (newest !== null || days !== null) && this.wrongTag === null;
  });

  readonly changed = $derived.by(() => {
    if (!this.saved) return false;
    const { newest, days, tags } = this.saved;
    return this.#key !== JSON.stringify({ newest, days, tags });
  });

  /** What the rule as it is typed would remove, where that was asked for. */
  readonly shown = $derived(this.#report?.key === this.#key ? this.#report.report : null);

  wrong(field: 'newest' | 'days'): string | null {
    return this.#typed[field] === undefined ? words.number : null;
  }

  #rule() {
    const { newest, days, tags } = this.#typed;
    return { source: this.#source, newest: newest ?? null, days: days ?? null, tags };
  }

  #take(saved: Retention) {
    this.saved = saved;
    this.newest = text(saved.newest);
    this.days = text(saved.days);
    this.tagged = saved.tags !== null;
    this.tags = saved.tags?.join(' ') ?? USUAL_TAGS;
  }

  async load(): Promise<void> {
    await this.#work(null, async () =>
      this.#take(await call('get_retention', { id: this.#source })),
    );
  }

  async preview(): Promise<void> {
    if (!this.says) return;
    await this.#work('preview', async () => {
      const key = this.#key;
      this.#report = { key, report: await call('preview_retention', this.#rule()) };
    });
  }

  async save(): Promise<void> {
    await this.#work('save', async () => {
      this.#take(await call('save_retention', this.#rule()));
      toasts.ok(words.saved);
    });
  }

  async keepEverything(): Promise<void> {
    await this.#work('save', async () => {
      const nothing = { source: this.#source, newest: null, days: null, tags: null };
      this.#take(await call('save_retention', nothing));
      toasts.ok(words.savedOff);
    });
  }

  /** Shows what goes, asks, and deletes it. */
  async run(): Promise<void> {
    await this.#work('run', async () => {
      const key = this.#key;
      const report = await call('preview_retention', this.#rule());
      this.#report = { key, report };
      if (report.total > 0 && !(await this.#agreed(report))) return;
      const done = await call('run_retention', { id: this.#source });
      this.#report = null;
      toasts.ok(words.done(done.total, bytes(done.freed)));
    });
  }

  #agreed(report: RetentionReport): Promise<boolean> {
    return confirmation.ask({
      title: words.nowTitle(report.total),
      body: words.nowBody(bytes(report.freed)),
      confirm: words.nowConfirm,
      danger: true,
    });
  }

  async #work(what: typeof this.busy, work: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = what;
    this.failure = null;
    try {
      await work();
    } catch (thrown) {
      this.failure = CommandFailure.from(thrown);
    }
    this.busy = null;
  }
}
