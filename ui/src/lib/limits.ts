/** Limits of the settings and of passphrases, as the shell has them. */

export const MIN_PASSPHRASE = 8;

/** Whether it looks like `http://host:port` without user, password or path. */
export function isProxyUrl(text: string): boolean {
  try {
    const url = new URL(text.trim());
    const bare = url.username === '' && url.password === '' && /^\/?$/.test(url.pathname);
    return url.protocol === 'http:' && url.hostname !== '' && bare && url.search === '';
  } catch {
    return false;
  }
}

/** Seconds from 2 to 120, or `null`. */
export function parseTimeout(text: string): number | null {
  const seconds = Number(text);
  return Number.isInteger(seconds) && seconds >= 2 && seconds <= 120 ? seconds : null;
}

export type Strength = 'none' | 'short' | 'fair' | 'good' | 'strong';

/** A word for a passphrase's length; length is all that is judged. */
export function strengthOf(passphrase: string): Strength {
  const { length } = [...passphrase];
  if (length === 0) return 'none';
  if (length < MIN_PASSPHRASE) return 'short';
  if (length < 14) return 'fair';
  return length < 22 ? 'good' : 'strong';
}
