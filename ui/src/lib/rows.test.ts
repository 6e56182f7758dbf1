import { describe, expect, it } from 'vitest';

import type { RegistryRow } from '../bindings';
import { manyRegistries, registry } from '../dev/data';
import { dayAfter } from './expiry';
import { countRows, filterRows, patchRows, sortRows } from './rows';

const rows = [
  registry({ name: 'beta 10', url: 'https://b.example.com', hasToken: true, seen: 5 }),
  registry({
    name: 'Alpha',
    url: 'https://a.example.com',
    health: { state: 'failed', kind: 'refused' },
  }),
  registry({
    name: 'Beta 2',
    url: 'http://local',
    tls: 'plain_http',
    health: { state: 'ok', stacks: 1, samples: 0, access: null, millis: 9 },
    seen: 1,
  }),
].map(({ row }) => row);

const TODAY = '2026-11-24';

const names = (list: readonly RegistryRow[]) => list.map(({ name }) => name);

describe('filtering', () => {
  it('wants every word, in the name or the address, in any case', () => {
    expect(names(filterRows(rows, 'all', 'BETA example', TODAY))).toEqual(['beta 10']);
    expect(names(filterRows(rows, 'all', '  ', TODAY))).toEqual(names(rows));
  });

  it('finds what needs attention', () => {
    expect(names(filterRows(rows, 'attention', '', TODAY))).toEqual(['Alpha']);
    expect(countRows(rows, TODAY)).toMatchObject({
      all: 3,
      devfile: 3,
      container: 0,
      attention: 1,
    });
  });
});

it('calls tokens that end within a week, or have ended, worth attention', () => {
  const ending = (days: number) =>
    registry({ name: `in ${days}`, url: 'x', expires: dayAfter(TODAY, days), hasToken: true }).row;
  const without = registry({ name: 'no token', url: 'x', expires: dayAfter(TODAY, -1) }).row;
  const list = [...[-1, 0, 7, 8].map(ending), without];
  expect(names(filterRows(list, 'attention', '', TODAY))).toEqual(['in -1', 'in 0', 'in 7']);
});

describe('sorting', () => {
  it('reads numbers as numbers and does not mind case', () => {
    const sorted = sortRows(rows, { column: 'name', descending: false });
    expect(names(sorted)).toEqual(['Alpha', 'Beta 2', 'beta 10']);
    const backwards = sortRows(rows, { column: 'name', descending: true });
    expect(names(backwards)).toEqual(['beta 10', 'Beta 2', 'Alpha']);
  });

  it('puts what is well first', () => {
    expect(names(sortRows(rows, { column: 'health', descending: false }))).toEqual([
      'Beta 2',
      'beta 10',
      'Alpha',
    ]);
    expect(names(sortRows(rows, { column: 'secure', descending: true }))[0]).toBe('Beta 2');
  });

  it('puts the latest seen first, and never seen last', () => {
    expect(names(sortRows(rows, { column: 'seen', descending: false }))).toEqual([
      'Beta 2',
      'beta 10',
      'Alpha',
    ]);
  });

  it('keeps the catalog’s order where none is asked for', () => {
    expect(sortRows(rows, null)).toBe(rows);
  });
});

it('replaces rows in place and passes unknown ones over', () => {
  const [first, second] = rows;
  if (!first || !second) throw new Error('no rows');
  const patched = patchRows(rows, [
    { ...second, name: 'New' },
    { ...first, id: 'unknown' },
  ]);
  expect(names(patched)).toEqual(['beta 10', 'New', 'Beta 2']);
});

it('finds a few among ten thousand rows', () => {
  const many = manyRegistries(10_000).map(({ row }) => row);
  expect(filterRows(many, 'all', 'registry 999', TODAY)).toHaveLength(19);
});
