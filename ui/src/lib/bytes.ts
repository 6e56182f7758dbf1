/** Sizes for people. */

const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;
const digits = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** "0 bytes", "1.4 MB". */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${digits.format(value)} ${UNITS[unit] ?? ''}`;
}
