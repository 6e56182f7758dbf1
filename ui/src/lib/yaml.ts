/** Colours for YAML: each line in pieces that say what they are. It need not be a whole parser. */

export type YamlKind = 'plain' | 'key' | 'string' | 'number' | 'word' | 'comment' | 'mark';

export interface YamlPiece {
  kind: YamlKind;
  text: string;
}

const KEY =
  /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:,[\]{}&*!|>%@`"'-][^:#]*?|-[^\s:#][^:#]*?)(?=\s*:(?:\s|$))/;
const NUMBER = /^[-+]?(?:\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?|0x[\da-fA-F]+|0o[0-7]+)$/;
const WORD = /^(?:true|false|null|yes|no|on|off|~)$/i;
const BLOCK = /^[|>][-+\d]*$/;

function scalar(text: string): YamlPiece {
  const trimmed = text.trim();
  if (/^["']/.test(trimmed)) return { kind: 'string', text };
  if (NUMBER.test(trimmed)) return { kind: 'number', text };
  if (WORD.test(trimmed)) return { kind: 'word', text };
  if (/^[&*!]/.test(trimmed)) return { kind: 'mark', text };
  return { kind: 'plain', text };
}

/** Where a comment begins: at a `#` after white space, outside quotes. */
function commentAt(text: string): number {
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (quote) {
      if (sign === '\\' && quote === '"') at += 1;
      else if (sign === quote) quote = '';
    } else if (sign === '"' || sign === "'") {
      if (at === 0 || /[\s:,[{]/.test(text.charAt(at - 1))) quote = sign;
    } else if (sign === '#' && (at === 0 || /\s/.test(text.charAt(at - 1)))) return at;
  }
  return text.length;
}

/** Lists and mappings on one line. */
function flow(text: string): YamlPiece[] {
  const parts =
    text.match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[[\]{},]|:(?=\s)|\s+|[^\s[\]{},]+/g) ?? [];
  return parts.map((part) =>
    /^[[\]{},:]$/.test(part) ? { kind: 'mark', text: part } : scalar(part),
  );
}

function value(text: string): YamlPiece[] {
  const trimmed = text.trimStart();
  const space = text.slice(0, text.length - trimmed.length);
  const lead: YamlPiece[] = space ? [{ kind: 'plain', text: space }] : [];
  if (trimmed === '') return lead;
  if (BLOCK.test(trimmed.trimEnd())) return [...lead, { kind: 'mark', text: trimmed }];
  if (/^[[{]/.test(trimmed)) return [...lead, ...flow(trimmed)];
  return [...lead, scalar(trimmed)];
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** One line outside a block of text. */
function pieces(line: string): YamlPiece[] {
  const found: YamlPiece[] = [];
  const end = commentAt(line);
  let rest = line.slice(0, end);
  const take = (kind: YamlKind, length: number) => {
    if (length > 0) found.push({ kind, text: rest.slice(0, length) });
    rest = rest.slice(length);
  };
  take('plain', indentOf(rest));
  if (/^(?:---|\.\.\.)\s*$/.test(rest)) take('mark', rest.length);
  for (let dash = /^-\s+|^-$/.exec(rest); dash; dash = /^-\s+|^-$/.exec(rest)) {
    take('mark', dash[0].length);
  }
  const key = KEY.exec(rest);
  if (key) {
    take('key', key[0].length);
    take('mark', rest.indexOf(':') + 1);
  }
  found.push(...value(rest));
  if (end < line.length) found.push({ kind: 'comment', text: line.slice(end) });
  return found;
}

/** The lines of `text`, each in pieces; put together, they are the text again. */
export function highlightYaml(text: string): YamlPiece[][] {
  let block: number | null = null;
  return text.split('\n').map((line) => {
    const blank = line.trim() === '';
    if (block !== null && (blank || indentOf(line) > block)) {
      return blank && line === '' ? [] : [{ kind: 'string' as const, text: line }];
    }
    block = null;
    const found = pieces(line);
    const last = found.findLast(({ kind }) => kind !== 'comment');
    if (last?.kind === 'mark' && BLOCK.test(last.text.trim())) {
      // The text is indented more than its key, which may stand behind a dash.
      block = indentOf(line);
    }
    return found;
  });
}
