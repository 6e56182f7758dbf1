import { describe, expect, it } from 'vitest';

import { percent } from './percent';
import { splitReference } from './reference';

describe('what is typed as another image', () => {
  it.each([
    ['1.2', 'team/app', '1.2'],
    [':1.2', 'team/app', '1.2'],
    ['sha256:00ff', 'team/app', 'sha256:00ff'],
    ['other:1', 'other', '1'],
    ['a/b:1', 'a/b', '1'],
    ['a/b@sha256:00ff', 'a/b', 'sha256:00ff'],
    ['localhost:5000/a/b', 'localhost:5000/a/b', 'latest'],
  ])('takes %s apart', (typed, repository, reference) => {
    expect(splitReference(typed, 'team/app')).toEqual({ repository, reference });
  });
});

describe('a part of a whole', () => {
  it.each([
    [0, 10, '0 %'],
    [5, 0, '0 %'],
    [1, 1000, '< 1 %'],
    [375, 1000, '38 %'],
  ])('%s of %s', (part, whole, expected) => {
    expect(percent(part, whole)).toBe(expected);
  });
});
