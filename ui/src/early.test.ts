import { afterEach, expect, it } from 'vitest';

import { firstPicture, forgetEarly, takeEarly } from './early';

const ask = (command: string, request: unknown, answer: unknown) => {
  const answers = new Map([[`${command} ${JSON.stringify(request)}`, Promise.resolve(answer)]]);
  window.registrarEarly = { answers, all: Promise.all(answers.values()) };
};

afterEach(forgetEarly);

it('takes an early answer once, and only to the same question', async () => {
  ask('list_registries', { offset: 0, limit: 50 }, 'the list');
  expect(takeEarly('list_registries', { offset: 50, limit: null })).toBeUndefined();
  expect(takeEarly('start', { offset: 0, limit: 50 })).toBeUndefined();
  expect(await takeEarly('list_registries', { offset: 0, limit: 50 })).toBe('the list');
  expect(takeEarly('list_registries', { offset: 0, limit: 50 })).toBeUndefined();
});

it('asks anew once the first picture stands', () => {
  ask('start', {}, 'old');
  forgetEarly();
  expect(takeEarly('start', {})).toBeUndefined();
});

it('waits for the answers of the first picture, but not for ever', async () => {
  await firstPicture();
  ask('start', {}, 'soon');
  await firstPicture();
  window.registrarEarly = { answers: new Map(), all: new Promise(() => {}) };
  await firstPicture();
});
