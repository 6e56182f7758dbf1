/** Small guards around asynchronous work. */

/** Runs `work` only while no earlier run is under way, so that a double click acts once. */
export function oneAtATime<A extends unknown[]>(
  work: (...args: A) => Promise<void>,
): (...args: A) => Promise<void> {
  let running = false;
  return async (...args) => {
    if (running) return;
    running = true;
    try {
      await work(...args);
    } finally {
      running = false;
    }
  };
}

/** Calls `work` once things have been quiet for `millis`. */
export function debounce(work: () => void, millis: number): { ask: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  const ask = () => {
    stop();
    timer = setTimeout(work, millis);
  };
  return { ask, stop };
}

/** Makes a value when it is first asked for: Intl's take milliseconds each, which the first picture has no time for. */
export function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

let counter = 0;

/** A name for an operation that is used only once. */
export function operationId(): string {
  counter += 1;
  return `${Date.now().toString(36)}-${counter}`;
}
