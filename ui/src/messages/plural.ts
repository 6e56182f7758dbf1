import { lazy } from '../lib/once';

const digits = lazy(() => new Intl.NumberFormat('en'));

/** "1,904" */
export function number(value: number): string {
  if (!Number.isInteger(value)) return digits().format(value);
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 stack", "31 stacks" */
export function plural(value: number, one: string, other: string): string {
  return `${number(value)} ${value === 1 ? one : other}`;
}

/** "40 seconds", "2 minutes", "3 hours": a wait, rounded up. */
export function waiting(seconds: number): string {
  if (seconds < 90) return plural(seconds, 'second', 'seconds');
  if (seconds < 5400) return plural(Math.ceil(seconds / 60), 'minute', 'minutes');
  return plural(Math.ceil(seconds / 3600), 'hour', 'hours');
}
