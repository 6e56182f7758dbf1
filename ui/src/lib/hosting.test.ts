import { describe, expect, it } from 'vitest';

import { colorOf, isEmoji, lastEmoji } from './look';
import { parsePort } from './port';
import { ALL, parseDays, presetOf, PRESETS } from './scopes';

describe('the look', () => {
  it.each(['🟩', '🗃️', '👩‍🔬', '🇸🇪', '5️⃣'])('takes %s for one emoji', (text) => {
    expect(isEmoji(text)).toBe(true);
  });

  it.each(['', 'a', '🟩🟩', '🟩 ', '5', ':-)'])('does not take “%s” for one', (text) => {
    expect(isEmoji(text)).toBe(false);
  });

  it('lets what is typed last take the place of what stood there', () => {
    expect(lastEmoji('🟩🐍')).toBe('🐍');
    expect(lastEmoji('🟩👩‍🔬 ')).toBe('👩‍🔬');
    expect(lastEmoji('  ')).toBe('');
  });

  it('reads colours in every usual form, and nothing else', () => {
    expect(colorOf('#DBEAFE')).toBe('#dbeafe');
    expect(colorOf(' dbeafe ')).toBe('#dbeafe');
    expect(colorOf('#fc0')).toBe('#ffcc00');
    for (const bad of ['', 'blue', '#dbeaf', '#dbeafe1', 'rgb(1, 2, 3)', '#gggggg']) {
      expect(colorOf(bad), bad).toBeNull();
    }
  });
});

it('takes a port that needs no administrator', () => {
  expect(parsePort(' 4747 ')).toBe(4747);
  expect(parsePort('1024')).toBe(1024);
  expect(parsePort('65535')).toBe(65_535);
  for (const bad of ['', '80', '1023', '65536', '4747.5', '-4747', '0x1000', '4 747', '04747e1']) {
    expect(parsePort(bad), bad).toBeNull();
  }
});

describe('scopes', () => {
  it('knows a preset in whatever order', () => {
    expect(presetOf(PRESETS.publish.toReversed())).toBe('publish');
    expect(presetOf(ALL)).toBe('everything');
    expect(presetOf(['delete_packages'])).toBe('own');
    expect(presetOf([])).toBe('own');
  });

  it('lets reading read only, and publishing delete nothing', () => {
    expect(PRESETS.read.every((scope) => scope.startsWith('read_'))).toBe(true);
    expect(PRESETS.publish.some((scope) => scope.startsWith('delete_'))).toBe(false);
    expect(PRESETS.publish).not.toContain('write_registries');
  });

  it('takes from a day to ten years', () => {
    expect([parseDays('1'), parseDays(' 3650 ')]).toEqual([1, 3650]);
    for (const bad of ['', '0', '3651', '-1', '1.5', 'a week']) {
      expect(parseDays(bad), bad).toBeNull();
    }
  });
});
