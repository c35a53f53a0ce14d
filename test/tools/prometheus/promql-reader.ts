/** A selector as it stands in a query. */
export interface ReadSelector {
  name: string;
  /** Each as label, operator and value, without blanks, as written. */
  matchers: string[];
}

type Token = { kind: 'word' | 'number' | 'string' | 'sign'; text: string };

/**
 * The selectors of a query, read without the grammar that the code under test uses: as Prometheus' own lexer
 * cuts a text into tokens (promql/parser/lex.go), and by telling every word that is not a selector. A word
 * that is nothing else counts as one, so what this gets wrong makes a test fail.
 *
 * @throws Error for what that lexer refuses.
 */
export function readSelectors(query: string): ReadSelector[] {
  const tokens = tokenise(query);
  const selectors: ReadSelector[] = [];
  let afterOperand = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] ?? END;
    const next = tokens[at + 1] ?? END;
    if (kind === 'number' || kind === 'string') afterOperand = true;
    else if (text === '[') {
      at = closing(tokens, at, ']');
      afterOperand = true;
    } else if (text === '{') {
      const end = closing(tokens, at, '}');
      selectors.push({ name: '', matchers: matchersIn(tokens.slice(at + 1, end)) });
      [at, afterOperand] = [end, true];
    } else if (kind === 'sign') afterOperand = text === ')';
    else if (next.text === '{') {
      const end = closing(tokens, at + 1, '}');
      selectors.push({ name: text, matchers: matchersIn(tokens.slice(at + 2, end)) });
      [at, afterOperand] = [end, true];
    } else if (GROUPING.test(text) && next.text === '(') at = closing(tokens, at + 1, ')');
    else if (afterOperand && OPERATOR.test(text)) afterOperand = false;
    else if (!isNoSelector(text, next, tokens[at - 1] ?? END)) {
      selectors.push({ name: text, matchers: [] });
      afterOperand = true;
    }
  }
  return selectors;
}

/** The calls of label_replace and label_join, each with the texts that it is given, in their quotes. */
export function readCopies(query: string): { name: string; texts: string[] }[] {
  const tokens = tokenise(query);
  return tokens.flatMap(({ kind, text: name }, at) => {
    if (kind !== 'word' || !/^label_(?:replace|join)$/i.test(name)) return [];
    if (tokens[at + 1]?.text !== '(') return [];
    let depth = 0;
    const texts: string[] = [];
    for (const token of tokens.slice(at + 1)) {
      if (token.kind === 'sign' && /[({[]/.test(token.text)) depth += 1;
      if (token.kind === 'sign' && /[)}\]]/.test(token.text)) depth -= 1;
      if (token.kind === 'string' && depth === 1) texts.push(token.text);
      if (depth === 0) break;
    }
    return [{ name, texts }];
  });
}

const END: Token = { kind: 'sign', text: '' };
const GROUPING = /^(?:by|without|on|ignoring|group_left|group_right)$/i;
const OPERATOR = /^(?:and|or|unless|atan2|offset)$/i;

/** A call, an aggregation with its grouping before its body, a join's side, a word that cannot be a name. */
function isNoSelector(text: string, next: Token, before: Token): boolean {
  if (next.text === '(' && !OPERATOR.test(text)) return true;
  if (/^(?:by|without)$/i.test(next.text) && next.kind === 'word') return true;
  if (/^group_(?:left|right)$/i.test(text)) return before.text === ')';
  return /^(?:bool|inf|nan)$/i.test(text);
}

function closing(tokens: readonly Token[], from: number, sign: string): number {
  const at = tokens.findIndex(({ kind, text }, index) => {
    return index > from && kind === 'sign' && text === sign;
  });
  if (at === -1) throw new Error(`no ${sign}`);
  return at;
}

function matchersIn(tokens: readonly Token[]): string[] {
  const matchers: string[] = [''];
  for (const { kind, text } of tokens) {
    if (kind === 'sign' && text === ',') matchers.push('');
    else matchers.push(`${matchers.pop() ?? ''}${text}`);
  }
  return matchers.filter((it) => it !== '');
}

/** Comments end at a line's end of either kind; strings in plain quotes end on their line. */
const TOKEN =
  /(?<blank>[ \t\n\r]+|#[^\n\r]*)|(?<string>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)|(?<number>(?:\d[\w.]*|\.\d[\w.]*))|(?<word>[a-zA-Z_:][\w:]*)|(?<sign>==|!=|<=|>=|=~|!~|[-+*/%^<>=@(){}[\],])/y;

function tokenise(query: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < query.length) {
    const from = pattern.lastIndex;
    const groups = pattern.exec(query)?.groups;
    if (!groups) throw new Error(`unexpected ${JSON.stringify(query.slice(from, from + 10))}`);
    const { string, number, word, sign } = groups;
    if (string !== undefined) tokens.push({ kind: 'string', text: string });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}
