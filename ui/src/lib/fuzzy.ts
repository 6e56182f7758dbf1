/** Fuzzy matching for the command palette. */

/** Bonus for a letter that starts a word, and for one that follows the last match. */
const WORD_START = 8;
const ADJACENT = 5;

/**
 * How well `query` matches `text`, both already in lower case; `null` where a letter is missing.
 * Every letter must occur in order. Higher is better; an exact substring beats scattered letters.
 */
export function fuzzyScore(query: string, text: string): number | null {
  if (query === '') return 0;
  const whole = text.indexOf(query);
  if (whole >= 0) return 1000 - Math.min(whole, 500) + (startsWord(text, whole) ? 200 : 0);
  let score = 0;
  let from = 0;
  let previous = -2;
  for (const letter of query) {
    if (letter === ' ') continue;
    const at = text.indexOf(letter, from);
    if (at < 0) return null;
    if (at === previous + 1) score += ADJACENT;
    if (startsWord(text, at)) score += WORD_START;
    score -= Math.min(at - from, 10);
    previous = at;
    from = at + 1;
  }
  // Letters strewn at random are no match that a person meant.
  return score > 0 ? score : null;
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[\s\-_./:]/.test(text.charAt(at - 1));
}

/** The best matches of `query`, best first, at most `limit`; equal ones keep their order. */
export function bestMatches<T>(
  query: string,
  items: readonly T[],
  key: (item: T) => string,
  limit: number,
): T[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return items.slice(0, limit);
  const scored: { item: T; score: number }[] = [];
  for (const item of items) {
    const score = fuzzyScore(wanted, key(item));
    if (score !== null) scored.push({ item, score });
  }
  scored.sort((a, b) => b.score - a.score);
  return scored.slice(0, limit).map(({ item }) => item);
}
