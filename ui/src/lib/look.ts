/** How a source registry looks: one emoji on a light colour. */

import { lazy } from './once';

/** Emoji that suit a registry of packages, to choose from. */
export const EMOJI = [
  ...['📦', '🗃️', '🟩', '🐍', '🧩', '🛠️', '⚙️', '🚀', '🧪', '🔬', '🎨', '📐'],
  ...['💿', '📱', '🖥️', '☁️', '🔐', '🤖', '📊', '🧮', '🌱', '🔥', '⭐', '🦀'],
];

/** Light colours on which every emoji can be seen, in both themes. */
export const COLORS = [
  { value: '#e2e8f0', name: 'grey' },
  { value: '#fee2e2', name: 'red' },
  { value: '#ffedd5', name: 'orange' },
  { value: '#fef3c7', name: 'yellow' },
  { value: '#dcfce7', name: 'green' },
  { value: '#ccfbf1', name: 'teal' },
  { value: '#dbeafe', name: 'blue' },
  { value: '#e0e7ff', name: 'indigo' },
  { value: '#fae8ff', name: 'purple' },
  { value: '#fce7f3', name: 'pink' },
] as const;

const segmenter = lazy(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

/** The emoji that a text ends with: what is typed after one takes its place. */
export function lastEmoji(text: string): string {
  return [...segmenter().segment(text.trim())].at(-1)?.segment ?? '';
}

/** Whether a text is exactly one emoji. */
export function isEmoji(text: string): boolean {
  const one = [...segmenter().segment(text)].length === 1;
  return one && /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|\u20e3/u.test(text);
}

/** `#rrggbb` in lower case, also from `RRGGBB` and `#rgb`; `null` for anything else. */
export function colorOf(text: string): string | null {
  const digits = text.trim().replace(/^#/, '').toLowerCase();
  if (/^[0-9a-f]{6}$/.test(digits)) return `#${digits}`;
  return /^[0-9a-f]{3}$/.test(digits) ? `#${digits.replace(/./g, '$&$&')}` : null;
}
