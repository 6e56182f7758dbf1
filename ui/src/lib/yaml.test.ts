import { describe, expect, it } from 'vitest';

import { DEVFILE } from '../dev/stacks-data';
import { highlightYaml } from './yaml';

const said = (line: string) =>
  (highlightYaml(line)[0] ?? [])
    .filter(({ text }) => text.trim() !== '')
    .map(({ kind, text }) => `${kind} ${text.trim()}`);

describe('a line of YAML', () => {
  it('has keys, values and marks', () => {
    expect(said('name: go')).toEqual(['key name', 'mark :', 'plain go']);
    expect(said('  - id: run')).toEqual(['mark -', 'key id', 'mark :', 'plain run']);
    expect(said('- - a')).toEqual(['mark -', 'mark -', 'plain a']);
    expect(said('---')).toEqual(['mark ---']);
    expect(said('"quoted: key": 1')).toEqual(['key "quoted: key"', 'mark :', 'number 1']);
  });

  it('tells numbers, words and texts apart', () => {
    expect(said('port: 8080').at(-1)).toBe('number 8080');
    expect(said('version: 2.6.0').at(-1)).toBe('plain 2.6.0');
    expect(said('on: true').at(-1)).toBe('word true');
    expect(said("text: 'it''s'").at(-1)).toBe("string 'it''s'");
    expect(said('ref: *anchor').at(-1)).toBe('mark *anchor');
  });

  it('knows a comment, and what only looks like one', () => {
    expect(said('a: b # why')).toContain('comment # why');
    expect(said('# all of it')).toEqual(['comment # all of it']);
    expect(said('a: b#c').at(-1)).toBe('plain b#c');
    expect(said('a: "b # c"').at(-1)).toBe('string "b # c"');
  });

  it('does not take an address for a key', () => {
    expect(said('https://example.com:8080/x')).toEqual(['plain https://example.com:8080/x']);
    expect(said('image: registry.example.com:5000/x').at(-1)).toBe(
      'plain registry.example.com:5000/x',
    );
  });

  it('looks into lists on one line', () => {
    expect(said("args: ['tail', 7]")).toEqual([
      'key args',
      'mark :',
      'mark [',
      "string 'tail'",
      'mark ,',
      'number 7',
      'mark ]',
    ]);
  });
});

describe('a whole text', () => {
  it('keeps a block of text together', () => {
    const lines = highlightYaml('a:\n  line: |\n    # no comment\n\n    key: no key\nb: 1');
    expect(lines[2]).toEqual([{ kind: 'string', text: '    # no comment' }]);
    expect(lines[4]).toEqual([{ kind: 'string', text: '    key: no key' }]);
    expect(lines[5]?.[0]).toEqual({ kind: 'key', text: 'b' });
  });

  it('is the same text again when put together', () => {
    const strange = '\n\t-\n: :\n"unclosed\n[a, {b\n- |\n  x\n   \nend';
    for (const text of [DEVFILE, strange, '']) {
      const joined = highlightYaml(text)
        .map((line) => line.map((piece) => piece.text).join(''))
        .join('\n');
      expect(joined).toBe(text);
    }
  });
});
