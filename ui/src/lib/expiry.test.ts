import { expect, it } from 'vitest';

import { dayAfter, dayOf, daysLeft } from './expiry';

it('counts whole days, through changes of the clock and the year', () => {
  expect(daysLeft('2026-11-24', '2026-11-24')).toBe(0);
  expect(daysLeft('2026-11-23', '2026-11-24')).toBe(-1);
  expect(daysLeft('2027-03-29', '2027-03-27')).toBe(2);
  expect(daysLeft('2027-01-01', '2026-12-31')).toBe(1);
});

it('knows no number for what is no day', () => {
  for (const day of ['', 'soon', '2026-1-1', '2026-13-01']) {
    expect(daysLeft(day, '2026-11-24')).toBeNull();
  }
});

it('goes on by days', () => {
  expect(dayAfter('2026-12-02', 30)).toBe('2027-01-01');
  expect(dayAfter('2028-02-28', 1)).toBe('2028-02-29');
});

it('takes the day from where the person is', () => {
  expect(dayOf(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05');
});
