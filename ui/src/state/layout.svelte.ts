/** How much room there is, and how large the text is. All sizes are in rem, so both meet here. */
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

/** The sizes of the text, in percent. */
const STEPS = [75, 90, 100, 110, 125, 150, 175, 200];
const NORMAL = 100;

/** Below this many rem (1000 px at normal size) details become a page of their own. */
const NARROW = 62.5;

class Layout {
  #width = $state(1280);

  /** The size of the text in percent, 100 for normal. */
  readonly zoom = $derived(session.settings.zoom);
  /** Pixels of one rem. */
  readonly rem = $derived((16 * this.zoom) / 100);
  readonly narrow = $derived(this.#width / this.rem < NARROW);

  /** Follows the window until the returned function is called. */
  start(): () => void {
    const measure = () => (this.#width = window.innerWidth);
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }

  larger(): void {
    void this.#choose(STEPS.find((step) => step > this.zoom));
  }

  smaller(): void {
    void this.#choose(STEPS.findLast((step) => step < this.zoom));
  }

  reset(): void {
    void this.#choose(NORMAL);
  }

  async #choose(zoom: number | undefined): Promise<void> {
    if (zoom === undefined || zoom === this.zoom) return;
    try {
      await session.save({ zoom });
    } catch (failure) {
      toasts.failure(failure);
    }
  }
}

export const layout = new Layout();
