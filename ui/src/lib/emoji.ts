/** The looks of a source registry: one sign on a light colour. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Whether a text is exactly one sign, as a person counts. */
export function isOneSign(text: string): boolean {
  const [first, second] = segmenter.segment(text.trim());
  return first !== undefined && second === undefined;
}

/** What most people look for; any other can be typed. */
export const SUGGESTED = [
  ...['📦', '🗃️', '🟩', '🐍', '💿', '🧩', '🛠️', '⚙️', '🚀', '🧪', '🎨', '📐'],
  ...['🤖', '🧠', '📊', '🔐', '💳', '🛒', '📱', '🖥️', '☁️', '🌍', '🎮', '🎧'],
];

/** Light enough for any emoji, in both themes. */
export const COLORS = [
  ...['#dcfce7', '#dbeafe', '#e2e8f0', '#fef3c7', '#fde68a'],
  ...['#ffedd5', '#ffe4e6', '#fae8ff', '#ede9fe', '#cffafe'],
];
