/**
 * Readmes, as a small tree that the window draws with its own elements. The text is a stranger's:
 * no HTML of it becomes HTML, no picture is loaded, and a link is only an address to read.
 */
import MarkdownIt, { type Token } from 'markdown-it';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'strong' | 'em' | 'del'; children: Inline[] }
  /** `href` is http, https or mailto; any other link is just its text. */
  | { kind: 'link'; href: string; children: Inline[] }
  | { kind: 'image'; alt: string };

export interface Item {
  /** Ticked or not, for an item of a task list. */
  checked: boolean | null;
  blocks: Block[];
}

export interface Cell {
  align: 'left' | 'center' | 'right';
  children: Inline[];
}

export type Block =
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; start: number | null; items: Item[] }
  | { kind: 'table'; head: Cell[]; rows: Cell[][] }
  | { kind: 'rule' };

export interface Markdown {
  blocks: Block[];
  /** Whether the text is longer than what was read of it. */
  cut: boolean;
}

/** So many characters are read: what is longer is shown as plain text on request. */
const MAX_LENGTH = 65_536;

/** So many pieces are drawn, of whatever kind. */
const MAX_PIECES = 6_000;

/** Quotes in lists in quotes: deeper than this nobody writes, but somebody may attack. */
const MAX_NESTING = 20;

const parser = new MarkdownIt({ html: true, maxNesting: MAX_NESTING });

interface Node {
  token: Token;
  children: Node[];
}

/** Reads a text; what is too long is cut at the end of a line. */
export function readMarkdown(text: string): Markdown {
  const whole = text.length <= MAX_LENGTH;
  const part = whole ? text : text.slice(0, MAX_LENGTH).replace(/\n[^\n]*$/, '');
  const tokens = parser.parse(part, {});
  const few = tokens.slice(0, MAX_PIECES);
  return { blocks: blocksOf(treeOf(few)), cut: !whole || few.length < tokens.length };
}

/** Opening and closing tokens as a tree; what a cut has left open is closed. */
function treeOf(tokens: readonly Token[]): Node[] {
  const roots: Node[] = [];
  const open: Node[][] = [roots];
  for (const token of tokens) {
    if (token.nesting < 0) {
      if (open.length > 1) open.pop();
      continue;
    }
    const node: Node = { token, children: [] };
    open.at(-1)?.push(node);
    if (token.nesting > 0) open.push(node.children);
  }
  return roots;
}

const blocksOf = (nodes: readonly Node[]): Block[] => nodes.flatMap(blockOf);

function blockOf({ token, children }: Node): Block[] {
  switch (token.type) {
    case 'heading_open':
      return some('heading', children, { level: Number(token.tag.slice(1)) });
    case 'paragraph_open':
      return some('paragraph', children, {});
    case 'fence':
    case 'code_block':
      return [{ kind: 'code', text: token.content.replace(/\n$/, '') }];
    case 'html_block':
      return paragraphOf(textOf(token.content));
    case 'blockquote_open':
      return [{ kind: 'quote', blocks: blocksOf(children) }];
    case 'bullet_list_open':
    case 'ordered_list_open':
      return [{ kind: 'list', start: startOf(token), items: children.map(itemOf) }];
    case 'table_open':
      return [tableOf(children)];
    case 'hr':
      return [{ kind: 'rule' }];
    default:
      return [];
  }
}

/** A block of inline text, unless there is nothing left of it. */
function some<K extends 'heading' | 'paragraph', M extends object>(
  kind: K,
  nodes: readonly Node[],
  more: M,
) {
  const children = inlinesIn(nodes);
  const empty = children.every((inline) => inline.kind === 'text' && inline.text.trim() === '');
  return empty ? [] : [{ kind, children, ...more } as { kind: K; children: Inline[] } & M];
}

function paragraphOf(text: string): Block[] {
  if (text === '') return [];
  return [{ kind: 'paragraph', children: [{ kind: 'text', text }] }];
}

function startOf(token: Token): number | null {
  return token.type === 'ordered_list_open' ? Number(token.attrGet('start') ?? 1) : null;
}

/** An item; `[x]` before its words makes it one of a task list. */
function itemOf({ children }: Node): Item {
  const blocks = blocksOf(children);
  const first = blocks[0];
  const words = first?.kind === 'paragraph' ? first.children[0] : undefined;
  const box = words?.kind === 'text' ? /^\[([ xX])\]\s+/.exec(words.text) : null;
  if (!box || words?.kind !== 'text') return { checked: null, blocks };
  words.text = words.text.slice(box[0].length);
  return { checked: box[1] !== ' ', blocks };
}

function tableOf(groups: readonly Node[]): Block {
  const rows = groups.flatMap(({ children }) => children).map((row) => row.children.map(cellOf));
  return { kind: 'table', head: rows[0] ?? [], rows: rows.slice(1) };
}

function cellOf({ token, children }: Node): Cell {
  const align = /(center|right)$/.exec(String(token.attrGet('style') ?? ''))?.[1];
  return {
    align: align === 'center' || align === 'right' ? align : 'left',
    children: inlinesIn(children),
  };
}

function inlinesIn(nodes: readonly Node[]): Inline[] {
  const tokens = nodes.flatMap(({ token }) => token.children ?? []).slice(0, MAX_PIECES);
  return treeOf(tokens).flatMap(inlineOf);
}

function inlineOf({ token, children }: Node): Inline[] {
  switch (token.type) {
    case 'text':
    case 'text_special':
      return token.content === '' ? [] : [{ kind: 'text', text: token.content }];
    case 'code_inline':
      return [{ kind: 'code', text: token.content }];
    case 'softbreak':
      return [{ kind: 'text', text: ' ' }];
    case 'hardbreak':
      return [{ kind: 'break' }];
    case 'html_inline':
      return /^<br\s*\/?>$/i.test(token.content) ? [{ kind: 'break' }] : [];
    case 'image':
      return [{ kind: 'image', alt: token.content.trim() }];
    case 'link_open':
      return linkOf(String(token.attrGet('href') ?? ''), children.flatMap(inlineOf));
    default:
      return markedOf(token.type, children.flatMap(inlineOf));
  }
}

const MARKS = { strong_open: 'strong', em_open: 'em', s_open: 'del' } as const;

function markedOf(type: string, children: Inline[]): Inline[] {
  const kind = MARKS[type as keyof typeof MARKS];
  return kind ? [{ kind, children }] : children;
}

/** A link whose address can be shown; one within the text or of another scheme is its words. */
function linkOf(href: string, children: Inline[]): Inline[] {
  if (!/^(?:https?:\/\/|mailto:)[^\s]/i.test(href)) return children;
  return [{ kind: 'link', href, children }];
}

/** What HTML says without its tags. */
function textOf(html: string): string {
  return html
    .replaceAll(/<!--[^]*?-->/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: ' ',
};
