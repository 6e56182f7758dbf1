/** What a person has typed as an address, read without being strict: the shell decides. */

/** The host of an address, without port; `null` where there is none yet. */
export function hostOf(address: string): string | null {
  const text = address.trim();
  if (text === '') return null;
  try {
    return new URL(text.includes('://') ? text : `https://${text}`).hostname || null;
  } catch {
    return null;
  }
}

/** A name to suggest for an address: its host without "www." and "registry.". */
export function suggestName(address: string): string {
  const host = hostOf(address)?.replace(/^\[|\]$/g, '') ?? '';
  return host.replace(/^www\./, '').slice(0, 63);
}

/** Scheme, host and port of an address, as a browser would compare them; the text itself if it is none. */
export function originOf(address: string): string {
  try {
    return new URL(address.trim()).origin;
  } catch {
    return address;
  }
}

/** The server that an address belongs to, to compare and to show: an origin, or a container registry's host. */
export function serverOf(address: string): string {
  const text = address.trim();
  return text.includes('://') ? originOf(text) : text.replace(/\/.*$/s, '').toLowerCase();
}
