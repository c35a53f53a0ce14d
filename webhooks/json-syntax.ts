/** A place in a text, both from 1. */
export interface Position {
  line: number;
  column: number;
}

/**
 * Where a text stops being JSON; null when it is JSON. JSON.parse says it for some mistakes only, and for
 * the others it quotes the text, which may hold what must not be repeated. This does not recurse, so depth
 * costs memory and not the stack.
 */
export function firstSyntaxError(text: string): Position | null {
  const offset = offsetOfError(text);
  if (offset === null) return null;
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | 'after value';

function offsetOfError(text: string): number | null {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = match(/[ \t\n\r]*/y, text, at) ?? at;
    const character = text[at];
    if (expected === 'after value' && open.length === 0) return at === text.length ? null : at;
    const closes = open.at(-1) === '{' ? '}' : ']';
    if (
      character === closes &&
      (expected === 'after value' || expected.endsWith(` or ${closes}`))
    ) {
      open.pop();
      at += 1;
      expected = 'after value';
    } else if (expected === 'after value') {
      if (character !== ',') return at;
      at += 1;
      expected = open.at(-1) === '{' ? 'key' : 'value';
    } else if (expected === ':') {
      if (character !== ':') return at;
      at += 1;
      expected = 'value';
    } else if (expected.startsWith('key')) {
      if (character !== '"') return at;
      const end = endOfString(text, at);
      if (!end.ok) return end.at;
      at = end.at;
      expected = ':';
    } else if (character === '{' || character === '[') {
      open.push(character);
      at += 1;
      expected = character === '{' ? 'key or }' : 'value or ]';
    } else {
      const end = endOfScalar(text, at);
      if (!end.ok) return end.at;
      at = end.at;
      expected = 'after value';
    }
  }
}

interface End {
  ok: boolean;
  at: number;
}

function endOfScalar(text: string, start: number): End {
  if (text[start] === '"') return endOfString(text, start);
  const end = match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y, text, start);
  return { ok: end !== null, at: end ?? start };
}

/** In steps, because one pattern for the whole of a long string would exhaust the matcher's stack. */
function endOfString(text: string, start: number): End {
  let at = start + 1;
  for (;;) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in a string.
    at = match(/[^"\\\u0000-\u001f]*/y, text, at) ?? at;
    if (text[at] === '"') return { ok: true, at: at + 1 };
    const escaped = match(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y, text, at);
    if (escaped === null) return { ok: false, at };
    at = escaped;
  }
}

function match(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
