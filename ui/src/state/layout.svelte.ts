/** How much room there is, and how large the text is. All sizes are in rem, so both meet here. */

const STEPS = [0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const KEY = 'registrar.zoom';

/** Below this many rem (1000 px at normal size) details become a page of their own. */
const NARROW = 62.5;

class Layout {
  /** The factor of the text size, 1 for normal. */
  zoom = $state(1);
  #width = $state(1280);

  /** Pixels of one rem. */
  readonly rem = $derived(16 * this.zoom);
  readonly narrow = $derived(this.#width / this.rem < NARROW);

  /** Follows the window until the returned function is called. */
  start(): () => void {
    this.#apply(Number(localStorage.getItem(KEY)) || 1);
    const measure = () => (this.#width = window.innerWidth);
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }

  larger(): void {
    this.#apply(STEPS.find((step) => step > this.zoom) ?? this.zoom);
  }

  smaller(): void {
    this.#apply(STEPS.findLast((step) => step < this.zoom) ?? this.zoom);
  }

  reset(): void {
    this.#apply(1);
  }

  #apply(zoom: number): void {
    this.zoom = STEPS.includes(zoom) ? zoom : 1;
    document.documentElement.style.fontSize = `${Math.round(this.zoom * 100)}%`;
    localStorage.setItem(KEY, String(this.zoom));
  }
}

export const layout = new Layout();
