import {
  isPathUnder,
  isSecretObject,
  kindOf,
  SECRET_EDITION,
  SECRET_WORDS,
} from './secret-names.ts';

/** Gives what stands for a secret of a kind. */
export type Placeholder = (kind: string, secret: string) => string;

/** A quote, at any depth of JSON in JSON; a line end, also one that JSON has escaped. */
const QUOTE = String.raw`\\{0,8}["']`;
const LINE_END = String.raw`(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)`;

const SEPARATOR = String.raw`(?<separator>[ \t]{0,4}(?:=>|:=|=|:|\\{1,8}u003[ad])[ \t]{0,4})`;

/**
 * A secret's name followed by what separates it from a value: `=`, `:`, JSON quotes at any depth of escaping.
 * The kind in a placeholder, which such a word may be, is none.
 */
const ASSIGNMENT = new RegExp(
  `(?<word>${SECRET_WORDS})(?!(?<=\\[REDACTED:[a-z-]{1,20}):[0-9a-f]{8}\\])${SECRET_EDITION}(?:${QUOTE})?` +
    SEPARATOR,
  'gi',
);

/** A pair of fields that are the name and the value of one thing, as in the `env` of a container. */
const NAMED_VALUE = new RegExp(
  `(?:name|key)(?:${QUOTE})?[ \\t]{0,4}[:=][ \\t]{0,4}(?:${QUOTE})?[\\w.-]{0,64}?(?<word>${SECRET_WORDS})` +
    `${SECRET_EDITION}(?:${QUOTE})?,?(?:\\s|\\\\{1,8}[nrt]){0,80}(?:${QUOTE})?[a-z]{0,16}?value(?:${QUOTE})?` +
    '[ \\t]{0,4}[:=][ \\t]{0,4}',
  'gi',
);

/** A tuple of Python. The same in a call is a name and something about it. */
const TUPLE = new RegExp(
  `(?<!\\w)\\(${QUOTE}[\\w.-]{0,64}?(?<word>${SECRET_WORDS})${SECRET_EDITION}${QUOTE},\\s{0,4}(?=${QUOTE})`,
  'gi',
);

/** Several of them in a list: a text for a model has tokens too, which are words. */
const LIST = new RegExp(
  `(?<word>passwords|tokens|(?:api|access|secret|private)[_-]?keys)(?:${QUOTE})?${SEPARATOR}(?=\\[)`,
  'gi',
);

interface Place {
  pattern: RegExp;
  accept?: (value: string) => boolean;
}

const PLACES: readonly Place[] = [
  { pattern: ASSIGNMENT },
  { pattern: NAMED_VALUE },
  { pattern: TUPLE },
  { pattern: LIST, accept: (value) => value.length >= 8 && /\d/.test(value) },
];

/** Replaces every value that stands under the name of a secret. */
export function redactNamedValues(text: string, placeholder: Placeholder): string {
  return PLACES.reduce((so, place) => redactAfter(place, so, placeholder), text);
}

function redactAfter({ pattern, accept }: Place, text: string, placeholder: Placeholder): string {
  let out = '';
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index < done) continue;
    const { word = '', separator = '' } = match.groups ?? {};
    for (const value of valuesAt(text, match.index + match[0].length)) {
      const secret = text.slice(value.from, value.to);
      if (!value.quoted && isProse(word, separator, secret)) continue;
      if (isPathUnder(word, secret) || accept?.(secret) === false) continue;
      if (value.quoted && isMatcher(text, match.index, separator) && isSecretObject(word, secret)) {
        continue;
      }
      out += text.slice(done, value.from) + placeholder(kindOf(word), secret);
      done = value.to;
    }
  }
  return out + text.slice(done);
}

/** "invalid token: expired" tells of a token and does not hold one. */
function isProse(word: string, separator: string, value: string): boolean {
  if (!separator.trimStart().startsWith(':') || /^pass/i.test(word)) return false;
  return value.length < 20 && !/\d/.test(value);
}

/** Whether a name is a label in a PromQL selector: `{secret="orders-db"}`. */
function isMatcher(text: string, at: number, separator: string): boolean {
  return separator === '=' && /[{,]\s?$/.test(text.slice(Math.max(0, at - 2), at));
}

interface Span {
  from: number;
  to: number;
  quoted: boolean;
}

/** How Go prints a field: `(string) (len=18) "…"`. */
const GO_TYPE =
  /\([\w.*[\]]{1,64}\)[ \t]?(?:\((?:len|cap)=\d{1,9}(?: cap=\d{1,9})?\)[ \t]?)?(?=["`])/y;

function valuesAt(text: string, separatorEnd: number): Span[] {
  const start = after(GO_TYPE, text, separatorEnd) ?? separatorEnd;
  const listed = quotedList(text, start);
  if (listed.length > 0) return listed;
  const nextLine = after(NEXT_LINE, text, start);
  if (nextLine !== null) return valueOnLine(text, nextLine);
  return [quotedValue(text, start) ?? bareValue(text, start)];
}

const LIST_START = /\[\s{0,16}/y;
const LIST_NEXT = /\\{0,8}["'`]\s{0,16},\s{0,16}/y;

/** The values of a JSON list of texts. */
function quotedList(text: string, start: number): Span[] {
  const spans: Span[] = [];
  for (let at = after(LIST_START, text, start); at !== null; ) {
    const value = quotedValue(text, at);
    if (value === null) break;
    spans.push(value);
    at = after(LIST_NEXT, text, value.to);
  }
  return spans;
}

/** Where a match of a sticky pattern ends. */
function after(sticky: RegExp, text: string, at: number): number | null {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : null;
}

const OPENING_QUOTE = /(\\{0,8})(["'`])/y;

/**
 * The inside of a quoted value. JSON inside JSON escapes its quotes, so a value that opens with n backslashes
 * and a quote closes at the first such quote with no more than n. One that never closes was cut off.
 */
function quotedValue(text: string, start: number): Span | null {
  OPENING_QUOTE.lastIndex = start;
  const opening = OPENING_QUOTE.exec(text);
  if (!opening) return null;
  const depth = opening[1]?.length ?? 0;
  const quote = opening[2] ?? '"';
  const from = start + opening[0].length;
  let backslashes = 0;
  let at = from;
  for (; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '\\') backslashes += 1;
    else if (text[at] === quote && backslashes <= depth) {
      return { from, to: at - backslashes, quoted: true };
    } else backslashes = 0;
  }
  return { from, to: at, quoted: true };
}

/** YAML lets a value begin on the line after its key, indented. */
const NEXT_LINE = new RegExp(`(?:[|>][+-]?)?[ \\t]{0,8}${LINE_END}[ \\t]{1,64}`, 'y');
/** One word and nothing else, which is no key with a value, and no start of a list or a map. */
const WHOLE_LINE = new RegExp(
  `(?![{[])[^\\s"'\`\\\\]{1,1024}(?<!:)(?=[ \\t]{0,8}(?:$|${LINE_END}|${QUOTE}))`,
  'y',
);

function valueOnLine(text: string, from: number): Span[] {
  const quoted = quotedValue(text, from);
  if (quoted !== null) return [quoted];
  const to = after(WHOLE_LINE, text, from);
  return to === null ? [] : [{ from, to, quoted: false }];
}

const BARE_VALUE = /[^\s&;,"'`\\<>)}\]]*/y;

function bareValue(text: string, start: number): Span {
  const to = text.startsWith('[REDACTED', start) ? start : after(BARE_VALUE, text, start);
  return { from: start, to: to ?? start, quoted: false };
}
