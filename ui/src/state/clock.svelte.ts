/** The time, ticking slowly, for everything that says "3 minutes ago". */

class Clock {
  /** Milliseconds since 1970. */
  now = $state(Date.now());

  /** Ticks until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => (this.now = Date.now()), 15_000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
