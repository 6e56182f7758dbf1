/** The port at which source registries are hosted. */

/** The one that is used unless the person chooses another. */
export const USUAL_PORT = 4747;

/** A port from 1,024 to 65,535, or `null`: those below need the administrator. */
export function parsePort(text: string): number | null {
  const port = /^\d{4,5}$/.test(text.trim()) ? Number(text) : NaN;
  return port >= 1024 && port <= 65_535 ? port : null;
}
