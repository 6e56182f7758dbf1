/** The pages and dialogs that are not part of the first picture. */

type Views = typeof import('../views/later');

class Later {
  /** Null until they are there: a moment after the list, or as soon as one is asked for. */
  views = $state.raw<Views | null>(null);
  #coming: Promise<void> | null = null;

  /** Fetches them once; whoever comes second waits for the same. */
  load(): Promise<void> {
    this.#coming ??= import('../views/later').then((views) => {
      this.views = views;
    });
    return this.#coming;
  }
}

export const later = new Later();
