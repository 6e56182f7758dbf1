/** Times as people read them. Everything comes in as RFC 3339 in UTC. */

import { lazy } from './once';

const LOCALE = 'en-GB';

const relative = lazy(() => new Intl.RelativeTimeFormat('en', { numeric: 'auto' }));
const absolute = lazy(
  () => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' }),
);
const exact = lazy(
  () => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'medium' }),
);
const day = lazy(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' }));

const UNITS: [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 minutes ago"; "just now" within the last half minute. `now` in milliseconds. */
export function ago(time: string, now: number): string {
  const seconds = (Date.parse(time) - now) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative().format(Math.trunc(seconds / length), unit);
  }
  if (seconds > 30) return 'in less than a minute';
  return seconds > -30 ? 'just now' : 'less than a minute ago';
}

/** "2 Sep 2026, 18:25", in the person's time zone. */
export function dateTime(time: string): string {
  return absolute().format(Date.parse(time));
}

/** "Wednesday 2 September 2026 at 18:25:04", for tooltips. */
export function exactTime(time: string): string {
  return exact().format(Date.parse(time));
}

/** "2 Sep 2026". */
export function date(time: string): string {
  return day().format(Date.parse(time));
}

/** "184 ms", or "4.1 s" from one second on. */
export function duration(millis: number): string {
  if (millis < 1000) return `${Math.round(millis)} ms`;
  return `${(millis / 1000).toFixed(1)} s`;
}
