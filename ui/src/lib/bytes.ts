/** Sizes as people read them: decimal, as disks and networks are sold. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** "680 B", "48.2 kB", "310 kB", "1.3 GB". */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  // One decimal where it says something: 48.2 kB, but 310 kB and 2 GB.
  const digits = unit > 0 && value < 99.95 ? 1 : 0;
  const text = value.toFixed(digits).replace(/\.0$/, '');
  return `${text} ${UNITS[unit] ?? ''}`;
}

/** "31.4 of 48.2 MB": both in the unit of the whole. */
export function bytesOf(done: number, total: number): string {
  const whole = bytes(total);
  const unit = whole.split(' ')[1] ?? 'B';
  const power = Math.max(0, UNITS.indexOf(unit));
  const part = done / 1000 ** power;
  const text = power === 0 ? String(Math.round(part)) : part.toFixed(1).replace(/\.0$/, '');
  return `${text} of ${whole}`;
}
