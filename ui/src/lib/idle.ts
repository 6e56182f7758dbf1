/** Work that can wait: until a picture is painted, or until nobody is at it. */

/** What a person does: each puts the work off again. */
const ACTIONS = ['keydown', 'pointerdown', 'wheel'] as const;

/**
 * Calls `work` once the person has done nothing for `millis`. Gives back what calls it off.
 * (WebKit has no `requestIdleCallback`.)
 */
export function whenIdle(work: () => void, millis: number): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const stop = () => {
    clearTimeout(timer);
    for (const action of ACTIONS) window.removeEventListener(action, putOff, true);
  };
  const putOff = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stop();
      work();
    }, millis);
  };
  for (const action of ACTIONS) {
    window.addEventListener(action, putOff, { capture: true, passive: true });
  }
  putOff();
  return stop;
}

/** Calls `work` when the picture that is being drawn has been painted. Gives back what calls it off. */
export function afterPicture(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(work);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
