/** Paths as people read them: the home folder as ~, and long ones without their middle. */

/** How many folders may stand before the middle is left out. */
const SHOWN = 4;

/** "/home/jane/.config/containers/auth.json" → "~/.config/containers/auth.json". */
export function shortPath(path: string): string {
  const home = path.replace(/^\/(?:(?:home|Users)\/[^/]+|root)(?=\/|$)/, '~');
  const parts = home.split('/');
  if (parts.length <= SHOWN + 1) return home;
  return [...parts.slice(0, 2), '…', ...parts.slice(-2)].join('/');
}

/** The folder that a file lies in. */
export function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '') || '/';
}
