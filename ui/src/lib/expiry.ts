/** The last day of a token, which is a day in the person's own calendar: `2026-12-31`. */

/** From how many days before its end a token is worth a remark. */
export const SOON_DAYS = 7;

const DAY = 86_400_000;

/** The day that a time in milliseconds is in, where the person is: `2026-12-31`. */
export function dayOf(time: number): string {
  const here = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${here.getFullYear()}-${two(here.getMonth() + 1)}-${two(here.getDate())}`;
}

/** How many days are left from `today`: 0 on the last day, negative once it is over; `null` for no day. */
export function daysLeft(lastDay: string, today: string): number | null {
  const [last, now] = [lastDay, today].map((day) =>
    /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN,
  ) as [number, number];
  return Number.isNaN(last - now) ? null : Math.round((last - now) / DAY);
}

/** The day that is `days` after `today`. */
export function dayAfter(today: string, days: number): string {
  return new Date(Date.parse(`${today}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}
