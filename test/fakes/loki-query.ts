/** One comparison in a stream selector. */
export interface Matcher {
  label: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

type Labels = Readonly<Record<string, string>>;

export interface Token {
  /** A text without its quotes and escapes, a word, or an operator. */
  kind: 'text' | 'word' | 'sign';
  text: string;
  at: number;
}

/** What Loki refuses, in its words. */
export class LogqlError extends Error {}

const SIGNS = ['=~', '!~', '!=', '|=', '|~', '|>', '!>', '=='];

/**
 * LogQL as Loki's scanner takes it apart, written by hand and with nothing of what the program uses: blanks
 * and comments are left out, a brace inside a text is a part of the text.
 */
export function scanLogql(query: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < query.length; ) {
    const rest = query.slice(at);
    const character = query[at] ?? '';
    if (/[ \t\r\n]/.test(character)) at += 1;
    else if (character === '#') at += rest.includes('\n') ? rest.indexOf('\n') : rest.length;
    else {
      const [token, length] = tokenAt(rest, at, query);
      tokens.push(token);
      at += length;
    }
  }
  return tokens;
}

function tokenAt(rest: string, at: number, query: string): [Token, length: number] {
  const quote = rest[0];
  if (quote === '"' || quote === '`') {
    const whole = (quote === '"' ? /^"(?:[^"\\\n]|\\.)*"/ : /^`[^`]*`/).exec(rest)?.[0];
    if (whole === undefined) throw syntaxError(query, at, 'literal not terminated');
    const inside = whole.slice(1, -1);
    return [{ kind: 'text', text: quote === '"' ? unquote(inside) : inside, at }, whole.length];
  }
  const word = /^[A-Za-z0-9_:.]+/.exec(rest)?.[0];
  if (word !== undefined) return [{ kind: 'word', text: word, at }, word.length];
  const sign = SIGNS.find((one) => rest.startsWith(one)) ?? rest.slice(0, 1);
  return [{ kind: 'sign', text: sign, at }, sign.length];
}

function unquote(text: string): string {
  const named: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escaped: string) =>
    escaped.length === 5
      ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
      : (named[escaped] ?? escaped),
  );
}

/** Each stream selector of a query, with where its brace opens. */
export function selectorsIn(query: string): { at: number; matchers: Matcher[] }[] {
  const tokens = scanLogql(query);
  return tokens.flatMap((token, index) =>
    token.kind === 'sign' && token.text === '{'
      ? [{ at: token.at, matchers: matchersFrom(query, tokens, index + 1) }]
      : [],
  );
}

function matchersFrom(query: string, tokens: readonly Token[], start: number): Matcher[] {
  const matchers: Matcher[] = [];
  for (let index = start; ; index += 4) {
    const [label, operator, value, next] = tokens.slice(index, index + 4);
    if (label?.text === '}' && label.kind === 'sign' && matchers.length === 0) return matchers;
    const known = (['=', '!=', '=~', '!~'] as const).find((one) => one === operator?.text);
    if (label?.kind !== 'word' || known === undefined || value?.kind !== 'text') {
      throw syntaxError(query, label?.at ?? query.length, 'syntax error: unexpected token');
    }
    matchers.push({ label: label.text, operator: known, value: value.text });
    if (next?.kind === 'sign' && next.text === '}') return matchers;
    if (next?.kind !== 'sign' || next.text !== ',') {
      throw syntaxError(query, next?.at ?? query.length, 'syntax error: unexpected token');
    }
  }
}

/** A stream without a label has it empty. */
export function matches({ label, operator, value }: Matcher, labels: Labels): boolean {
  return compares(operator, labels[label] ?? '', value, true);
}

/** Selectors compare whole values, line filters look inside. */
export function compares(operator: string, text: string, value: string, whole: boolean): boolean {
  const wanted = !operator.startsWith('!');
  if (operator.endsWith('~')) {
    // Go's regexps take flags in front.
    const flags = value.startsWith('(?i)') ? 'is' : 's';
    const body = value.replace(/^\(\?i\)/, '');
    return new RegExp(whole ? `^(?:${body})$` : body, flags).test(text) === wanted;
  }
  return (whole ? text === value : text.includes(value)) === wanted;
}

/** Loki's wording, with lines and columns counted from one. */
export function syntaxError(query: string, at: number, what: string): LogqlError {
  const lines = query.slice(0, at).split('\n');
  const column = (lines.at(-1) ?? '').length + 1;
  return new LogqlError(`parse error at line ${lines.length}, col ${column}: ${what}`);
}
