/** JSON in colours. What is no JSON stays as it is. */

export interface Piece {
  kind: 'key' | 'string' | 'number' | 'word' | 'mark' | 'plain';
  text: string;
}

const PIECES =
  /("(?:[^"\\\n]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b|([{}[\],:])/g;

/** `text` on several lines, where it is JSON on one. Numbers beyond 2⁵³ stay as they are. */
export function layOut(text: string): string {
  const whole = text.trim();
  if (whole.includes('\n') || /\d{16}/.test(whole.replace(/"(?:[^"\\]|\\.)*"/g, ''))) return text;
  try {
    return JSON.stringify(JSON.parse(whole), null, 2);
  } catch {
    return text;
  }
}

/** Every line as pieces. */
export function highlightJson(text: string): Piece[][] {
  return text.split('\n').map(line);
}

function line(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(PIECES)) {
    if (found.index > at) pieces.push({ kind: 'plain', text: text.slice(at, found.index) });
    pieces.push(...piecesOf(found));
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push({ kind: 'plain', text: text.slice(at) });
  return pieces;
}

function piecesOf([all, string, colon, number, word]: RegExpMatchArray): Piece[] {
  if (string !== undefined && colon !== undefined) {
    return [
      { kind: 'key', text: string },
      { kind: 'mark', text: colon },
    ];
  }
  if (string !== undefined) return [{ kind: 'string', text: string }];
  if (number !== undefined) return [{ kind: 'number', text: number }];
  return [{ kind: word === undefined ? 'mark' : 'word', text: all }];
}
