/** The little square before a registry's name: an emoji or initials on one of a few tints. */

import { lazy } from './once';

const segmenter = lazy(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

function firstSign(name: string): string {
  return segmenter().segment(name)[Symbol.iterator]().next().value?.segment ?? '';
}

/** Whether the person has chosen the tile by beginning the name with an emoji. */
export function startsWithEmoji(name: string): boolean {
  // Most names begin with a letter, and nothing that follows makes an emoji of it.
  if (/^[\x20-\x7f]/.test(name)) return false;
  return /\p{Extended_Pictographic}/u.test(firstSign(name));
}

/** A leading emoji of the name if it has one, else one or two initials. */
export function tileText(name: string): string {
  if (startsWithEmoji(name)) return firstSign(name);
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const initials = words.slice(0, 2).map((word) => word.charAt(0).toUpperCase());
  return initials.join('') || '·';
}

/** Which of `tints` tints a registry has: the same one every time. From 1. */
export function tileTint(id: string, tints = 6): number {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return (hash % tints) + 1;
}
