/** The form for a new source registry. */
import type { Ecosystem, SourceDetails, SourceReview } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { colorOf, isEmoji } from '../lib/look';
import { debounce } from '../lib/once';

const QUIET = 150;
const PLAIN = { emoji: '📦', color: '#e2e8f0' };

export class NewSourceForm {
  name = $state('');
  description = $state('');
  ecosystem = $state<Ecosystem>('javascript');
  /** Chosen by the person, or `null` for what is usual. */
  emoji = $state<string | null>(null);
  color = $state<string | null>(null);
  review = $state.raw<SourceReview | null>(null);
  /** What the host refused, until the field it is about changes. */
  refused = $state.raw<CommandFailure | null>(null);
  saving = $state(false);
  /** Errors of an empty name are not shown before the person has tried to save. */
  tried = $state(false);

  #turn = 0;
  readonly #reviewing = debounce(() => void this.ask(), QUIET);

  readonly usual = $derived(
    this.review?.defaults.find(({ ecosystem }) => ecosystem === this.ecosystem) ?? PLAIN,
  );
  readonly look = $derived({
    emoji: this.emoji ?? this.usual.emoji,
    color: this.color ?? this.usual.color,
  });
  readonly nameError = $derived.by(() => {
    if (this.refused?.field === 'name') return this.refused.message;
    if (this.name.trim() === '' && !this.tried) return null;
    return this.review?.problem ?? null;
  });
  readonly sound = $derived(
    !this.review?.problem && isEmoji(this.look.emoji) && colorOf(this.look.color) !== null,
  );
  readonly dirty = $derived(
    [this.name, this.description].some((text) => text.trim() !== '') ||
      this.emoji !== null ||
      this.color !== null,
  );

  setName(name: string): void {
    this.name = name;
    this.refused = null;
    this.#reviewing.ask();
  }

  /** Asks what the name would make. The latest question wins. */
  async ask(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const review = await call('review_source', { name: this.name, id: null });
      if (turn === this.#turn) this.review = review;
    } catch (thrown) {
      if (turn === this.#turn) this.refused = CommandFailure.from(thrown);
    }
  }

  /** Creates the registry, unless something is wrong with the form. */
  async save(): Promise<SourceDetails | null> {
    if (this.saving) return null;
    this.tried = true;
    this.saving = true;
    this.refused = null;
    try {
      await this.ask();
      if (this.refused !== null || !this.sound) return null;
      return await call('create_source', {
        name: this.name,
        description: this.description.trim(),
        ecosystem: this.ecosystem,
        emoji: this.emoji,
        color: this.color === null ? null : colorOf(this.color),
      });
    } catch (thrown) {
      this.refused = CommandFailure.from(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  stop(): void {
    this.#reviewing.stop();
  }
}
