/** The arithmetic of a list of which only the visible rows exist. All lengths in pixels. */

export interface Viewport {
  count: number;
  rowHeight: number;
  scrollTop: number;
  height: number;
}

export interface RowWindow {
  /** The first row to draw. */
  start: number;
  /** One past the last row to draw. */
  end: number;
}

/** Rows drawn beyond each edge, so that fast scrolling shows no gap. */
export const OVERSCAN = 8;

/** Which rows to draw: those in view, and so many more beyond each edge. */
export function visibleRows(view: Viewport, overscan = OVERSCAN): RowWindow {
  const { count, rowHeight, scrollTop, height } = view;
  const first = Math.floor(scrollTop / rowHeight) - overscan;
  const last = Math.ceil((scrollTop + height) / rowHeight) + overscan;
  const start = Math.min(Math.max(first, 0), count);
  return { start, end: Math.max(start, Math.min(last, count)) };
}

/** Where to scroll so that a row is wholly in view, as little as possible. */
export function scrollToShow(index: number, view: Viewport): number {
  const top = index * view.rowHeight;
  const bottom = top + view.rowHeight;
  if (top < view.scrollTop) return top;
  if (bottom > view.scrollTop + view.height) return bottom - view.height;
  return view.scrollTop;
}

/** The row that a key leads to, or `null` where the key means nothing to a list. */
export function rowForKey(key: string, current: number, view: Viewport): number | null {
  const page = Math.max(1, Math.floor(view.height / view.rowHeight) - 1);
  const target: Record<string, number> = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    PageDown: current + page,
    PageUp: current - page,
    Home: 0,
    End: view.count - 1,
  };
  const index = target[key];
  if (index === undefined || view.count === 0) return null;
  return Math.min(Math.max(index, 0), view.count - 1);
}
