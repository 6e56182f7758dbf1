/** What stands in the form for a new API token. */
import type { CreateApiToken, TokenScope } from '../bindings';
import { ALL, parseDays, presetOf, PRESETS, type Preset } from '../lib/scopes';
import { m } from '../messages';

/** The usual lives of a token in days, or another; the first is offered. */
export const EXPIRIES = ['7', '30', '90', '365', 'other', 'never'] as const;
export type Expiry = (typeof EXPIRIES)[number];

export class ApiTokenForm {
  description = $state('');
  scopes = $state.raw<readonly TokenScope[]>(PRESETS.publish);
  expiry = $state<Expiry>('7');
  /** In how many days, as typed, where it is another day than the usual ones. */
  days = $state('14');
  /** Whether the person has tried to send it: from then on, errors are shown. */
  #tried = $state(false);
  /** Whether the person has said to choose one by one. */
  #own = $state(false);

  readonly preset = $derived<Preset>(this.#own ? 'own' : presetOf(this.scopes));
  readonly #wrong = $derived({
    description: this.description.trim() === '' ? m.apiTokens.form.descriptionMissing : null,
    scopes: this.scopes.length === 0 ? m.apiTokens.form.scopesMissing : null,
    days:
      this.expiry === 'other' && parseDays(this.days) === null
        ? m.apiTokens.form.daysInvalid
        : null,
  });
  /** What must be mended, once the person has tried to send it. */
  readonly errors = $derived(
    this.#tried ? this.#wrong : { description: null, scopes: null, days: null },
  );
  /** In how many days it ends; `null` for never, or while that is not a number. */
  readonly lives = $derived.by(() => {
    if (this.expiry === 'never') return null;
    return this.expiry === 'other' ? parseDays(this.days) : Number(this.expiry);
  });

  choose(preset: Preset): void {
    this.#own = preset === 'own';
    if (preset !== 'own') this.scopes = PRESETS[preset];
  }

  /** Ticks a scope or unticks it. */
  tick(scope: TokenScope, on: boolean): void {
    this.#own = false;
    this.scopes = ALL.filter((one) => (one === scope ? on : this.scopes.includes(one)));
  }

  /** The request; `null`, with errors to show, where something is missing. */
  request(): CreateApiToken | null {
    this.#tried = true;
    if (Object.values(this.#wrong).some((wrong) => wrong !== null)) return null;
    return {
      description: this.description.trim(),
      scopes: [...this.scopes],
      expiresInDays: this.lives,
    };
  }
}
