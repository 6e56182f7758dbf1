/**
 * A secret that a person has asked to see. It lives only in this object, and leaves it when it
 * is hidden, after half a minute, or when the window or the component that shows it goes.
 */
import type { RevealedToken } from '../bindings';
import { oneAtATime } from '../lib/once';
import { toasts } from './toasts.svelte';
import { vault } from './vault.svelte';

const SHOWN_SECONDS = 30;

export class Reveal {
  token = $state<string | null>(null);
  base64 = $state(false);
  /** How many seconds it stays. */
  left = $state(0);

  #timer: ReturnType<typeof setInterval> | undefined;
  #gone = false;
  readonly #ask: () => Promise<RevealedToken>;

  constructor(ask: () => Promise<RevealedToken>) {
    this.#ask = ask;
  }

  readonly show = oneAtATime(async () => {
    try {
      const revealed = await vault.reach(this.#ask);
      if (this.#gone) return;
      ({ token: this.token, base64: this.base64 } = revealed);
      this.left = SHOWN_SECONDS;
      clearInterval(this.#timer);
      this.#timer = setInterval(() => ((this.left -= 1) > 0 ? undefined : this.hide()), 1000);
    } catch (failure) {
      toasts.failure(failure);
    }
  });

  readonly hide = (): void => {
    this.token = null;
    clearInterval(this.#timer);
  };

  /** Hides it for good: an answer that still comes is dropped. */
  readonly end = (): void => {
    this.#gone = true;
    this.hide();
  };
}
