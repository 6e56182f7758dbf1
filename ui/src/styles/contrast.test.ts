/// <reference types="node" />
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

const css = readFileSync('src/styles/tokens.css', 'utf8');

/** The colours of one theme, by name. */
function colours(theme: 'light' | 'dark'): Map<string, string> {
  const block = css.split(`:root[data-theme='${theme}'] {`)[1]?.split('\n}')[0] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1] ?? '', m[2] ?? '']),
  );
}

/** Relative luminance after WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['shell', 'surface', 'sunken', 'hover', 'accent-soft'];

/** Text on its ground: 4.5 to 1. */
const text: [string, string][] = [
  ...grounds.flatMap((ground): [string, string][] => [
    ['text', ground],
    ['muted', ground],
  ]),
  ...[
    'accent',
    'danger',
    'accent-soft',
    'ok-soft',
    'warn-soft',
    'danger-soft',
    'neutral-soft',
    'chip-on',
  ].map((ground): [string, string] => [`on-${ground}`, ground]),
  ...[1, 2, 3, 4, 5, 6].map((n): [string, string] => [`on-tile-${n}`, `tile-${n}`]),
  ...['ok-soft', 'warn-soft', 'danger-soft'].map((ground): [string, string] => ['text', ground]),
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger-hover'],
  ['danger', 'surface'],
  ['danger', 'shell'],
  ['on-accent-soft', 'surface'],
  ['on-accent-soft', 'shell'],
  ['on-danger-soft', 'surface'],
  ['on-warn-soft', 'surface'],
  ['on-warn-soft', 'shell'],
  ['on-ok-soft', 'surface'],
];

/** The edges of controls and the ring of the focus: 3 to 1. */
const edges: [string, string][] = [
  ['line-strong', 'surface'],
  ['line-strong', 'shell'],
  ['accent', 'surface'],
  ['accent', 'shell'],
  ['accent', 'accent-soft'],
];

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const palette = colours(theme);
  const ratio = ([a, b]: [string, string]) =>
    contrast(palette.get(a) ?? '#000000', palette.get(b) ?? '#000000');

  it('has the same colours as the other', () => {
    expect([...palette.keys()].toSorted()).toEqual([...colours('light').keys()].toSorted());
    expect(palette.size).toBeGreaterThan(30);
  });

  it.each(text)('%s on %s can be read', (a, b) =>
    expect(ratio([a, b])).toBeGreaterThanOrEqual(4.5),
  );

  it.each(edges)('%s stands out from %s', (a, b) =>
    expect(ratio([a, b])).toBeGreaterThanOrEqual(3),
  );
});
