/** The time, ticking slowly, for everything that says "3 minutes ago". */
import { dayOf } from '../lib/expiry';

class Clock {
  /** Milliseconds since 1970. */
  now = $state(Date.now());
  /** The day where the person is, `2026-12-31`: what depends on it is not drawn anew at every tick. */
  readonly today = $derived(dayOf(this.now));

  /** Ticks until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => (this.now = Date.now()), 15_000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
