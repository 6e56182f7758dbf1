import { expect, it } from 'vitest';

import { readMarkdown, type Block, type Inline } from './markdown';

const blocks = (text: string) => readMarkdown(text).blocks;
const words = (inlines: readonly Inline[]): string =>
  inlines
    .map((inline) => {
      if (inline.kind === 'image') return `(${inline.alt})`;
      if (inline.kind === 'break') return '\n';
      return 'children' in inline ? words(inline.children) : inline.text;
    })
    .join('');
const said = (block: Block | undefined) =>
  block && 'children' in block ? words(block.children) : '';

it('reads headings, paragraphs, code, quotes and rules', () => {
  const read = blocks('# A\n\nb *c* **d** ~~e~~ `f`\n\n```js\nlet a;\n```\n\n> g\n\n---\n');
  expect(read.map(({ kind }) => kind)).toEqual(['heading', 'paragraph', 'code', 'quote', 'rule']);
  expect(said(read[1])).toBe('b c d e f');
  expect(read[2]).toEqual({ kind: 'code', text: 'let a;' });
});

it('reads lists in lists, with their numbers and ticks', () => {
  const [list] = blocks('3. a\n   - [x] b\n   - [ ] c\n4. d\n');
  if (list?.kind !== 'list') throw new Error('no list');
  expect(list.start).toBe(3);
  expect(list.items).toHaveLength(2);
  const inner = list.items[0]?.blocks[1];
  if (inner?.kind !== 'list') throw new Error('no list in it');
  expect(inner.items.map(({ checked }) => checked)).toEqual([true, false]);
  expect(said(inner.items[0]?.blocks[0])).toBe('b');
});

it('reads tables with their alignment', () => {
  const [table] = blocks('| a | b |\n| :-- | --: |\n| 1 | `2` |\n');
  if (table?.kind !== 'table') throw new Error('no table');
  expect(table.head.map(({ align }) => align)).toEqual(['left', 'right']);
  expect(table.rows.map((row) => row.map(({ children }) => words(children)))).toEqual([['1', '2']]);
});

it('makes no HTML of HTML, and keeps what it says', () => {
  const [html, inline] = blocks(
    '<p align="center"><b onclick="x()">Hi &amp; bye</b></p>\n\na<br>b<script>c\n',
  );
  expect(said(html)).toBe('Hi & bye');
  expect(said(inline)).toBe('a\nbc');
  expect(blocks('<!-- secret -->\n\n<img src="https://example.com/a.png">\n')).toEqual([]);
});

it('keeps of a picture only its words', () => {
  expect(blocks('![a cat](https://example.com/cat.png)')).toEqual([
    { kind: 'paragraph', children: [{ kind: 'image', alt: 'a cat' }] },
  ]);
});

it.each([
  ['[a](https://example.com/?b=c)', 'https://example.com/?b=c'],
  ['<mail@example.com>', 'mailto:mail@example.com'],
  ['[a](javascript:alert(1))', null],
  ['[a](JAVASCRIPT:alert(1))', null],
  ['[a](data:text/html,b)', null],
  ['[a](file:///etc/passwd)', null],
  ['[a](registrar://b)', null],
  ['[a](//example.com)', null],
  ['[a](#there)', null],
  ['[a](./other.md)', null],
])('gives %s the address %s', (text, href) => {
  const [paragraph] = blocks(text);
  const link =
    paragraph?.kind === 'paragraph' && paragraph.children.find(({ kind }) => kind === 'link');
  expect(link && link.kind === 'link' ? link.href : null).toBe(href);
});

it('stops reading a text that is too long, at the end of a line', () => {
  const { blocks: read, cut } = readMarkdown('word word\n\n'.repeat(20_000));
  expect(cut).toBe(true);
  expect(said(read.at(-1))).toBe('word word');
  expect(readMarkdown('short').cut).toBe(false);
});

it.each([
  ['quotes', '>'.repeat(65_000)],
  ['lists', '- '.repeat(32_000)],
  ['brackets', '['.repeat(65_000)],
  ['links in pictures', '[![a](b)'.repeat(8_000)],
  ['emphasis', '_a__b'.repeat(13_000)],
  ['headings', '# a\n'.repeat(16_000)],
  ['tables', `|a|b|\n|-|-|\n${'|a|b|\n'.repeat(10_000)}`],
])('survives %s without end', (_, text) => {
  expect(blocks(text).length).toBeLessThan(6_001);
});
