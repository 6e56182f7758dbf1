import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { afterPicture, whenIdle } from './idle';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const press = () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));

it('works once, when nothing has been done for long enough', () => {
  const work = vi.fn();
  whenIdle(work, 1000);
  vi.advanceTimersByTime(999);
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(work).toHaveBeenCalledOnce();
  press();
  vi.advanceTimersByTime(5000);
  expect(work).toHaveBeenCalledOnce();
});

it('waits while somebody types', () => {
  const work = vi.fn();
  whenIdle(work, 1000);
  vi.advanceTimersByTime(900);
  press();
  vi.advanceTimersByTime(900);
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(work).toHaveBeenCalledOnce();
});

it('does nothing once it is called off', () => {
  const work = vi.fn();
  whenIdle(work, 1000)();
  press();
  vi.advanceTimersByTime(5000);
  expect(work).not.toHaveBeenCalled();
});

it('waits for the picture, unless it is called off', () => {
  const [work, other] = [vi.fn(), vi.fn()];
  afterPicture(work);
  afterPicture(other)();
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(work).toHaveBeenCalledOnce();
  expect(other).not.toHaveBeenCalled();
});
