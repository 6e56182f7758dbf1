/** What stands in the general settings of a source registry, and what the host thinks of it. */
import type { SourceDetails, SourceReview } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { colorOf, isEmoji } from '../lib/look';
import { debounce } from '../lib/once';

/** How long typing must pause before the host is asked, in milliseconds. */
const QUIET = 150;

export class SourceForm {
  name = $state('');
  description = $state('');
  emoji = $state('');
  color = $state('');
  /** What would become of the name. */
  review = $state.raw<SourceReview | null>(null);
  /** The refusal of a save. */
  refusal = $state.raw<CommandFailure | null>(null);
  saving = $state(false);

  /** The registry as it was when the form was filled. */
  #original = $state.raw<SourceDetails | null>(null);
  #turn = 0;
  readonly #asking = debounce(() => void this.ask(), QUIET);

  readonly dirty = $derived.by(() => {
    const row = this.#original?.row;
    if (!row) return false;
    const { name, description, emoji, color } = this;
    return (
      name !== row.name ||
      description !== row.description ||
      emoji !== row.emoji ||
      color !== row.color
    );
  });
  /** Whether saving would change the registry's addresses: from which to which. */
  readonly moves = $derived.by(() => {
    const before = this.#original;
    if (!before || !this.review?.slug || this.review.slug === before.row.slug) return null;
    return { before: before.url, after: this.review.url };
  });
  readonly nameError = $derived.by(() => {
    if (this.refusal?.field === 'name') return this.refusal.message;
    return this.review?.problem ?? null;
  });
  readonly sound = $derived.by(
    () => this.nameError === null && isEmoji(this.emoji) && colorOf(this.color) !== null,
  );

  /** Fills the form with a registry. */
  fill(source: SourceDetails): void {
    const { name, description, emoji, color } = source.row;
    this.#original = source;
    Object.assign(this, { name, description, emoji, color, refusal: null, review: null });
    this.#turn += 1;
    this.#asking.stop();
  }

  /** The registry was changed by somebody else: what the person has not touched follows. */
  follow(source: SourceDetails): void {
    const before = this.#original?.row;
    if (!before) return this.fill(source);
    for (const key of ['name', 'description', 'emoji', 'color'] as const) {
      if (this[key] === before[key]) this[key] = source.row[key];
    }
    this.#original = source;
  }

  setName(name: string): void {
    this.name = name;
    this.refusal = null;
    this.#asking.ask();
  }

  /** Asks what would become of the name. The latest question wins. */
  async ask(): Promise<void> {
    this.#asking.stop();
    const turn = ++this.#turn;
    const id = this.#original?.row.id ?? null;
    try {
      const review = await call('review_source', { name: this.name, id });
      if (turn === this.#turn) this.review = review;
    } catch {
      // The review is a courtesy: saving says the same, with a refusal that is shown.
    }
  }

  /** Saves what stands there. Gives back what the registry is then; `null` where it was refused. */
  async save(): Promise<SourceDetails | null> {
    const id = this.#original?.row.id;
    if (id === undefined || this.saving) return null;
    const { name, description, emoji } = this;
    const color = colorOf(this.color) ?? this.color;
    this.saving = true;
    this.refusal = null;
    try {
      const saved = await call('update_source', { id, name, description, emoji, color });
      this.fill(saved);
      return saved;
    } catch (thrown) {
      this.refusal = CommandFailure.from(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** Stops asking the host. */
  stop(): void {
    this.#asking.stop();
    this.#turn += 1;
  }
}
