import { describe, expect, it } from 'vitest';

import { highlightJson, layOut } from './json';

const kinds = (text: string) =>
  highlightJson(text)
    .flat()
    .filter(({ kind }) => kind !== 'plain' && kind !== 'mark')
    .map(({ kind, text: piece }) => `${kind} ${piece}`);

describe('JSON', () => {
  it('is laid out where it came on one line', () => {
    expect(layOut('{"a":[1,true]}')).toBe('{\n  "a": [\n    1,\n    true\n  ]\n}');
    expect(layOut('{\n"a":1}')).toBe('{\n"a":1}');
  });

  it('is left as it is where laying it out would change or lose something', () => {
    expect(layOut('{"size":12345678901234567890}')).toBe('{"size":12345678901234567890}');
    expect(layOut('no JSON')).toBe('no JSON');
  });

  it('has keys, texts, numbers and words in colours of their own', () => {
    expect(kinds('{"a": "b\\"c", "d": -1.5e3, "e": null}')).toEqual([
      'key "a"',
      'string "b\\"c"',
      'key "d"',
      'number -1.5e3',
      'key "e"',
      'word null',
    ]);
  });

  it('loses nothing of the text', () => {
    for (const text of ['{"a":\n 1}', 'not "json', '"', '\\ {"x" : tru']) {
      const joined = highlightJson(text).map((line) => line.map((piece) => piece.text).join(''));
      expect(joined.join('\n')).toBe(text);
    }
  });
});
