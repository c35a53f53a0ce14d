import { ToolError } from '../../tool.ts';

/** A parsed pattern. */
export type Syntax =
  /** `cost` is how many tests of one character it stands for: a class has one for each of its parts. */
  | { kind: 'character'; test: CharacterTest; cost: number }
  | { kind: 'sequence'; parts: Syntax[] }
  | { kind: 'alternatives'; options: Syntax[] }
  | { kind: 'repeat'; of: Syntax; min: number; max: number | null }
  | { kind: 'assertion'; holds: Assertion };

/** On a UTF-16 unit. */
export type CharacterTest = (code: number) => boolean;
/** On the units before and after a place; NaN at the ends. */
export type Assertion = (before: number, after: number) => boolean;

const MAX_PATTERN = 200;
const MAX_COUNT = 50;

const digit: CharacterTest = (code) => code >= 48 && code <= 57;
/** A letter, a digit or `_`, as `\w` has it. */
export const isWord: CharacterTest = (code) =>
  digit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const space: CharacterTest = (code) => code === 32 || (code >= 9 && code <= 13) || code === 160;
const not =
  (test: CharacterTest): CharacterTest =>
  (code) =>
    !test(code);
const is =
  (wanted: string): CharacterTest =>
  (code) =>
    code === wanted.charCodeAt(0);
const one = (test: CharacterTest): Syntax => ({ kind: 'character', test, cost: 1 });

const CLASSES = new Map<string, CharacterTest>([
  ['d', digit],
  ['D', not(digit)],
  ['w', isWord],
  ['W', not(isWord)],
  ['s', space],
  ['S', not(space)],
  ['t', is('\t')],
]);

/**
 * Parses the part of regular expressions that runs in linear time: characters, classes, groups, alternatives,
 * repetition, `^`, `$`, `\b`.
 *
 * @throws ToolError for anything else, such as lookaround and back references.
 */
export function parsePattern(pattern: string): Syntax {
  if (pattern.length > MAX_PATTERN) {
    throw new ToolError(`grep: a pattern may have ${MAX_PATTERN} characters at most.`);
  }
  const parser = new Parser(pattern);
  const syntax = parser.alternatives();
  if (!parser.atEnd()) throw parser.error('an unmatched ")"');
  return syntax;
}

class Parser {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  atEnd(): boolean {
    return this.#at >= this.#pattern.length;
  }

  error(what: string): ToolError {
    return new ToolError(
      `grep: ${what} at character ${this.#at + 1} of the pattern. Lookaround and back references are not ` +
        'supported; a plain text without slashes always is.',
    );
  }

  alternatives(): Syntax {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    return options.length === 1 && options[0] ? options[0] : { kind: 'alternatives', options };
  }

  #sequence(): Syntax {
    const parts: Syntax[] = [];
    while (!this.atEnd() && !this.#sees('|') && !this.#sees(')')) parts.push(this.#repeat());
    return { kind: 'sequence', parts };
  }

  #repeat(): Syntax {
    const of = this.#atom();
    const bounds = this.#bounds();
    if (bounds === null) return of;
    // Whether greedy or not, it matches the same lines.
    this.#take('?');
    return { kind: 'repeat', of, ...bounds };
  }

  #bounds(): { min: number; max: number | null } | null {
    if (this.#take('*')) return { min: 0, max: null };
    if (this.#take('+')) return { min: 1, max: null };
    if (this.#take('?')) return { min: 0, max: 1 };
    const counts = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(this.#pattern.slice(this.#at));
    if (!counts) return null;
    const [text, low, range, high] = counts;
    const min = Number(low);
    const max = range === undefined ? min : high === undefined ? null : Number(high);
    if (min > MAX_COUNT || (max ?? 0) > MAX_COUNT) {
      throw this.error(`a count of more than ${MAX_COUNT}`);
    }
    this.#at += text.length;
    return { min, max };
  }

  #atom(): Syntax {
    if (this.#take('(')) return this.#group();
    if (this.#take('[')) return this.#class();
    if (this.#take('^')) return { kind: 'assertion', holds: (before) => Number.isNaN(before) };
    if (this.#take('$')) return { kind: 'assertion', holds: (_, after) => Number.isNaN(after) };
    if (this.#take('.')) return one(() => true);
    if (this.#take('\\')) return this.#escaped();
    if (/^[*+?]/.test(this.#pattern.slice(this.#at))) throw this.error('nothing to repeat');
    return one(is(this.#next()));
  }

  #group(): Syntax {
    if (this.#take('?') && !this.#take(':')) throw this.error('a group of an unknown kind');
    const group = this.alternatives();
    if (!this.#take(')')) throw this.error('a missing ")"');
    return group;
  }

  #escaped(): Syntax {
    if (this.#take('b')) {
      return { kind: 'assertion', holds: (before, after) => isWord(before) !== isWord(after) };
    }
    return one(this.#escapedCharacter());
  }

  #escapedCharacter(): CharacterTest {
    const name = this.#next();
    const known = CLASSES.get(name);
    if (known === undefined && /[A-Za-z0-9]/.test(name)) throw this.error(`an unknown "\\${name}"`);
    return known ?? is(name);
  }

  /** What is between the brackets, the first of which is taken. */
  #class(): Syntax {
    const negated = this.#take('^');
    const tests: CharacterTest[] = [];
    do tests.push(this.#classPart());
    while (!this.#take(']'));
    const any: CharacterTest = (code) => tests.some((test) => test(code));
    return { kind: 'character', test: negated ? not(any) : any, cost: tests.length };
  }

  #classPart(): CharacterTest {
    if (this.#take('\\')) return this.#escapedCharacter();
    const from = this.#next();
    const range = /^-([^\]\\])/.exec(this.#pattern.slice(this.#at));
    if (!range) return is(from);
    this.#at += 2;
    const [low, high] = [from.charCodeAt(0), (range[1] ?? '').charCodeAt(0)];
    return (code) => code >= low && code <= high;
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  #next(): string {
    if (this.atEnd()) throw this.error('an early end');
    this.#at += 1;
    return this.#pattern.charAt(this.#at - 1);
  }
}
