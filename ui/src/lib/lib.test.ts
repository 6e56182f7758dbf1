import { describe, expect, it } from 'vitest';

import { number, plural } from '../messages/plural';
import { hostOf, suggestName } from './address';
import { bestMatches, fuzzyScore } from './fuzzy';
import { keyCaps, matches } from './keys';
import { isProxyUrl, parseTimeout, strengthOf } from './limits';
import { debounce, lazy, oneAtATime } from './once';
import { tileText, tileTint } from './tile';
import { ago, date, dateTime, duration, exactTime } from './time';
import { rowForKey, scrollToShow, visibleRows } from './virtual';

describe('times', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');

  it.each([
    ['2026-11-20T11:59:50Z', 'just now'],
    ['2026-11-20T11:59:20Z', 'less than a minute ago'],
    ['2026-11-20T11:58:00Z', '2 minutes ago'],
    ['2026-11-20T09:00:00Z', '3 hours ago'],
    ['2026-11-19T11:00:00Z', 'yesterday'],
    ['2026-10-30T12:00:00Z', '3 weeks ago'],
    ['2024-11-20T00:00:00Z', '2 years ago'],
  ])('%s is %s', (time, words) => expect(ago(time, now)).toBe(words));

  it('shows moments where the person is, to the minute and to the second', () => {
    const time = new Date(2026, 8, 2, 18, 5, 4).toISOString();
    expect(date(time)).toBe('2 Sep 2026');
    expect(dateTime(time)).toBe('2 Sep 2026, 18:05');
    expect(exactTime(time)).toBe('Wednesday 2 September 2026 at 18:05:04');
  });

  it('shows short waits in milliseconds and long ones in seconds', () => {
    expect(duration(184)).toBe('184 ms');
    expect(duration(4120)).toBe('4.1 s');
  });
});

describe('the window of a virtual list', () => {
  const view = { count: 10_000, rowHeight: 50, scrollTop: 5000, height: 600 };

  it('draws the visible rows and a few beyond', () => {
    expect(visibleRows(view)).toEqual({ start: 92, end: 120 });
  });

  it('stays within the list at both ends', () => {
    expect(visibleRows({ ...view, scrollTop: 0 }).start).toBe(0);
    expect(visibleRows({ ...view, scrollTop: 499_400 }).end).toBe(10_000);
    expect(visibleRows({ ...view, count: 3, scrollTop: 0 })).toEqual({ start: 0, end: 3 });
    expect(visibleRows({ ...view, count: 3 })).toEqual({ start: 3, end: 3 });
  });

  it('scrolls no further than needed to show a row', () => {
    expect(scrollToShow(105, view)).toBe(5000);
    expect(scrollToShow(10, view)).toBe(500);
    expect(scrollToShow(200, view)).toBe(200 * 50 + 50 - 600);
  });

  it('goes where the keys say, and never beyond the list', () => {
    expect(rowForKey('ArrowDown', 9999, view)).toBe(9999);
    expect(rowForKey('ArrowUp', 5, view)).toBe(4);
    expect(rowForKey('PageDown', 5, view)).toBe(16);
    expect(rowForKey('End', 5, view)).toBe(9999);
    expect(rowForKey('ArrowDown', -1, view)).toBe(0);
    expect(rowForKey('x', 5, view)).toBeNull();
    expect(rowForKey('Home', 0, { ...view, count: 0 })).toBeNull();
  });
});

describe('fuzzy matching', () => {
  it('wants every letter in order', () => {
    expect(fuzzyScore('chkall', 'check all registries')).not.toBeNull();
    expect(fuzzyScore('zzz', 'check all registries')).toBeNull();
    expect(fuzzyScore('llach', 'check all')).toBeNull();
  });

  it('refuses letters strewn at random', () => {
    expect(fuzzyScore('re', 'larger text')).toBeNull();
  });

  it('puts whole words before scattered letters', () => {
    const found = bestMatches('set', ['smaller text', 'open settings', 'reset'], (x) => x, 9);
    expect(found.slice(0, 2)).toEqual(['open settings', 'reset']);
  });

  it('offers the first ones while nothing is typed', () => {
    expect(bestMatches('  ', [1, 2, 3], String, 2)).toEqual([1, 2]);
  });
});

describe('shortcuts', () => {
  const press = (key: string, more: KeyboardEventInit = {}) =>
    new KeyboardEvent('keydown', { key, ...more });

  it('tells Ctrl+R from Ctrl+Shift+R', () => {
    expect(matches('Mod+R', press('r', { ctrlKey: true }))).toBe(true);
    expect(matches('Mod+R', press('R', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(matches('Mod+Shift+R', press('R', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(matches('Mod+R', press('r'))).toBe(false);
  });

  it('takes signs however the keyboard makes them', () => {
    expect(matches('?', press('?', { shiftKey: true }))).toBe(true);
    expect(matches('Mod++', press('+', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(matches('Mod+,', press(',', { ctrlKey: true }))).toBe(true);
  });

  it('shows keys as they are printed', () =>
    expect(keyCaps('Mod+Shift+R')).toEqual(['Ctrl', 'Shift', 'R']));
});

describe('what is typed', () => {
  it.each([
    ['https://registry.devfile.io/x', 'registry.devfile.io'],
    ['192.168.1.200:5000', '192.168.1.200'],
    ['www.example.org', 'www.example.org'],
    ['', null],
    ['https://', null],
  ])('the host of %j is %j', (text, host) => expect(hostOf(text)).toBe(host));

  it('suggests a host as name', () =>
    expect(suggestName('https://www.example.org/a')).toBe('example.org'));

  it.each([
    ['http://proxy:3128', true],
    ['https://proxy:3128', false],
    ['http://user:pw@proxy:3128', false],
    ['http://proxy:3128/path', false],
    ['proxy', false],
  ])('as a proxy, %j is %j', (text, good) => expect(isProxyUrl(text)).toBe(good));

  it('takes time limits from 2 to 120', () => {
    expect(['2', '120', '1', '121', '3.5', ''].map(parseTimeout)).toEqual([
      2,
      120,
      null,
      null,
      null,
      null,
    ]);
  });

  it('judges a passphrase by its length alone', () => {
    expect(['', 'seven77', 'eight888', 'fourteen------', 'a'.repeat(22)].map(strengthOf)).toEqual([
      'none',
      'short',
      'fair',
      'good',
      'strong',
    ]);
    expect(strengthOf('🦊'.repeat(7))).toBe('short');
  });
});

describe('tiles', () => {
  it('show an emoji or initials', () => {
    expect(
      ['🧪 Lab', '©', 'a🧪', 'DefaultDevfileRegistry', 'lab', 'a b c', '---'].map(tileText),
    ).toEqual(['🧪', '©', 'A', 'DD', 'L', 'AB', '·']);
  });

  it('keep their tint', () => expect(tileTint('abc')).toBe(tileTint('abc')));
});

describe('numbers', () => {
  it('have their thousands apart', () =>
    expect([0, 7, 999, 1000, -1904, 1234567, -100, 1234.5].map(number)).toEqual([
      ...['0', '7', '999', '1,000', '-1,904', '1,234,567', '-100', '1,234.5'],
    ]));

  it('say how many there are', () =>
    expect([0, 1, 2000].map((count) => plural(count, 'stack', 'stacks'))).toEqual([
      ...['0 stacks', '1 stack', '2,000 stacks'],
    ]));
});

describe('guards', () => {
  it('makes what is dear once, and only when it is asked for', () => {
    let made = 0;
    const dear = lazy(() => (made += 1));
    expect(made).toBe(0);
    expect([dear(), dear(), made]).toEqual([1, 1, 1]);
  });

  it('runs once however often it is asked meanwhile', async () => {
    let runs = 0;
    let finish = () => {};
    const work = oneAtATime(async () => {
      runs += 1;
      await new Promise<void>((resolve) => (finish = resolve));
    });
    const first = work();
    await work();
    finish();
    await first;
    expect(runs).toBe(1);
  });

  it('waits for quiet', async () => {
    let runs = 0;
    const { ask } = debounce(() => (runs += 1), 10);
    ask();
    ask();
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(runs).toBe(1);
  });
});
