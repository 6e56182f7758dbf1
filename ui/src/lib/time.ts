/** Times as people read them. Everything comes in as RFC 3339 in UTC. */

import { lazy } from './once';

const relative = lazy(() => new Intl.RelativeTimeFormat('en', { numeric: 'auto' }));
// Written here, because to make one of Intl's formats takes longer than to draw the list.
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

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
  const at = new Date(time);
  return `${date(time)}, ${digits(at.getHours())}:${digits(at.getMinutes())}`;
}

/** "Wednesday 2 September 2026 at 18:25:04", for tooltips. */
export function exactTime(time: string): string {
  const at = new Date(time);
  const day = `${DAYS[at.getDay()]} ${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`;
  return `${day} at ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(digits).join(':')}`;
}

/** "2 Sep 2026". */
export function date(time: string): string {
  const at = new Date(time);
  return `${at.getDate()} ${MONTHS[at.getMonth()]?.slice(0, 3)} ${at.getFullYear()}`;
}

const digits = (value: number) => String(value).padStart(2, '0');

/** "184 ms", or "4.1 s" from one second on. */
export function duration(millis: number): string {
  if (millis < 1000) return `${Math.round(millis)} ms`;
  return `${(millis / 1000).toFixed(1)} s`;
}
