import type { Random } from '../../evidence/random.ts';
import { NEAR_MISSES, SHARDS } from './hostile-promql.ts';

/** What the generated queries ask about, and what they are not allowed to see. */
export const METRICS = [
  'requests_total',
  'memory_bytes',
  'shop:rate5m',
  'by',
  'sum',
  'or',
] as const;
export const ALLOWED = ['shop', 'pay'] as const;
export const FORBIDDEN = 'vault';

/** PromQL out of a grammar, most of it valid and all of it out to see more than it may; some of it mutated. */
export function generateQuery(random: Random): string {
  const kind = random.int(10);
  if (kind === 0) return random.pick(NEAR_MISSES);
  const query = new Generator(random).vector(random.int(4));
  return kind <= 3 ? mutate(query, random) : query;
}

function mutate(query: string, random: Random): string {
  let text = query;
  for (let times = 1 + random.int(3); times > 0; times -= 1) {
    const at = random.int(text.length + 1);
    const length = random.int(6);
    const shard = random.int(3) === 0 ? text.slice(at, at + length) : random.pick(SHARDS);
    const after = random.int(2) === 0 ? text.slice(at + length) : text.slice(at);
    text = text.slice(0, at) + (random.int(4) === 0 ? '' : shard) + after;
  }
  return text;
}

type Choices = readonly [string, ...string[]];
const COMPARISONS: Choices = ['==', '!=', '>', '<', '>=', '<='];
const ARITHMETIC: Choices = ['+', '-', '*', '/', '%', '^', ' atan2 '];
const SET_OPERATORS: Choices = ['or', 'and', 'unless', 'OR', 'Unless'];
const FUNCTIONS: Choices = [
  'abs',
  'ceil',
  'exp',
  'ln',
  'sqrt',
  'sgn',
  'sort',
  'sort_desc',
  'timestamp',
];
const RANGE_FUNCTIONS: Choices = [
  'rate',
  'irate',
  'increase',
  'delta',
  'deriv',
  'changes',
  'resets',
];
const OVER_TIME: Choices = ['avg', 'min', 'max', 'sum', 'count', 'last', 'present', 'stddev'];
const AGGREGATES: Choices = ['sum', 'avg', 'min', 'MAX', 'count', 'group', 'stddev', 'Stdvar'];
const LABELS: Choices = ['namespace', 'pod', 'code', 'by', 'on', 'bool'];

class Generator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  vector(depth: number): string {
    if (depth === 0) return this.#modified(this.#selector());
    const { int, pick } = this.#random;
    const inner = () => this.vector(depth - 1);
    switch (int(12)) {
      case 0:
        return this.#join(pick(FUNCTIONS), '(', inner(), ')');
      case 1:
        return this.#join(pick(RANGE_FUNCTIONS), '(', this.#matrix(depth), ')');
      case 2:
        return this.#join(`${pick(OVER_TIME)}_over_time`, '(', this.#matrix(depth), ')');
      case 3:
      case 4:
        return this.#aggregate(inner());
      case 5:
        return this.#join(pick(['topk', 'bottomk', 'TOPK']), '(', '3', ',', inner(), ')');
      case 6:
        return this.#join(inner(), ' ', pick(SET_OPERATORS), ' ', this.#matching(false), inner());
      case 7:
        return this.#join(inner(), pick(COMPARISONS), this.#bool(), this.#matching(true), inner());
      case 8:
        return this.#join(inner(), pick(ARITHMETIC), this.#matching(true), inner());
      case 9:
        return this.#relabelled(inner());
      case 10:
        return this.#join(pick(['-', '+']), inner());
      default:
        return this.#join('(', inner(), ')');
    }
  }

  #matrix(depth: number): string {
    const range = this.#random.pick(['5m', '10m', '1h', '300s', '1m30s']);
    if (this.#random.int(2) === 0) {
      return this.#modified(this.#join(this.#selector(), '[', range, ']'));
    }
    const step = this.#random.pick(['', '1m', '30s']);
    return this.#modified(this.#join('(', this.vector(depth - 1), ')', '[', range, ':', step, ']'));
  }

  #aggregate(inner: string): string {
    const { int, pick } = this.#random;
    const grouping = this.#join(pick(['by', 'without', 'BY']), '(', this.#labels(), ')');
    switch (int(4)) {
      case 0:
        return this.#join(pick(AGGREGATES), ' ', grouping, '(', inner, ')');
      case 1:
        return this.#join(pick(AGGREGATES), '(', inner, ')', grouping);
      case 2:
        return this.#join('count_values', '(', this.#string('value'), ',', inner, ')');
      default:
        return this.#join('quantile', '(', '0.9', ',', inner, ')');
    }
  }

  #relabelled(inner: string): string {
    const { int, pick } = this.#random;
    const [name, ...parts] = int(2) === 0 ? pick(HARMLESS_COPIES) : pick(COPIES);
    const strings = parts.flatMap((part) => [',', this.#string(part)]);
    return this.#join(name, '(', inner, ...strings, ')');
  }

  #matching(joins: boolean): string {
    const { int, pick } = this.#random;
    if (int(2) === 0) return ' ';
    const on = this.#join(pick(['on', 'ignoring', 'ON']), '(', this.#labels(), ')', ' ');
    if (!joins || int(2) === 0) return on;
    const side = pick(['group_left', 'group_right']);
    return this.#join(on, side, '(', int(2) === 0 ? '' : 'code', ')', ' ');
  }

  #bool(): string {
    return this.#random.int(2) === 0 ? '' : ' bool ';
  }

  #labels(): string {
    const names = Array.from({ length: this.#random.int(3) }, () => this.#random.pick(LABELS));
    return this.#join(names.join(','), names.length > 0 && this.#random.int(5) === 0 ? ',' : '');
  }

  #modified(text: string): string {
    switch (this.#random.int(8)) {
      case 0:
        return this.#join(text, ' offset ', this.#random.pick(['1m', '-2m', '1h']));
      case 1:
        return this.#join(text, ' @ ', this.#random.pick(['start()', 'end()', 'end ( )']));
      default:
        return text;
    }
  }

  #selector(): string {
    const { int, pick } = this.#random;
    const matchers = Array.from({ length: int(4) }, () => this.#matcher());
    const comma = matchers.length > 0 && int(5) === 0 ? [','] : [];
    const braces = [
      '{',
      ...matchers.flatMap((it, at) => (at === 0 ? [it] : [',', it])),
      ...comma,
      '}',
    ];
    if (int(4) === 0) return this.#join(...braces);
    return matchers.length === 0 && int(3) > 0
      ? pick(METRICS)
      : this.#join(pick(METRICS), ...braces);
  }

  #matcher(): string {
    const { pick } = this.#random;
    const [label, ...values] = pick(MATCHED);
    const operator = pick(['=', '!=', '=~', '!~']);
    return this.#join(label, operator, this.#string(pick(values)));
  }

  /** In one of the three forms of quotes, some characters escaped. */
  #string(value: string): string {
    const { int, pick } = this.#random;
    const quote = pick(['"', "'", '`']);
    if (quote === '`') return `\`${value.replaceAll('`', '.')}\``;
    const escaped = Array.from(value, (character) => {
      if (character === quote || character === '\\' || character === '\n') {
        return character === '\n' ? '\\n' : `\\${character}`;
      }
      const code = character.charCodeAt(0);
      if (code > 127 || int(8) > 0) return character;
      const hex = code.toString(16).padStart(2, '0');
      return pick([`\\x${hex}`, `\\u00${hex}`, `\\${code.toString(8).padStart(3, '0')}`]);
    });
    return quote + escaped.join('') + quote;
  }

  /** With white space and comments between some of the tokens. */
  #join(...tokens: string[]): string {
    return tokens.reduce((text, token) => text + this.#trivia() + token);
  }

  #trivia(): string {
    return this.#random.int(12) === 0 ? this.#random.pick(TRIVIA) : '';
  }
}

const HARMLESS_COPIES: readonly [Choices, ...Choices[]] = [
  ['label_replace', 'namespace', 'shop', 'pod', '(.*)'],
  ['label_replace', 'namespace', '$1', 'pod', '(.*)'],
  ['label_replace', 'namespace', '$1', 'pod', '(.+)'],
  ['label_join', 'namespace', '', 'pod'],
  ['label_join', 'namespace', '/', 'pod', 'code'],
];

/** Out to show a value where nobody recognises what it is. */
const COPIES: readonly [Choices, ...Choices[]] = [
  ['label_replace', 'v', '$1 $2', 'dsn', '.*:(....)(.*)@.*'],
  ['label_replace', 'v', '$1', 'dsn', '.*:(.*)@.*'],
  ['label_replace', 'v', '$1', 'dsn', '(.{4}).*'],
  ['label_replace', 'v', '$1x', 'dsn', '(.*)'],
  ['label_replace', 'v', '$name', 'dsn', '(?P<name>.*)'],
  ['label_replace', 'v', '$1', 'db_password', '(.*)'],
  ['label_replace', 'v', '$1', 'value', '(.+)'],
  ['label_join', 'v', '', 'api_token'],
  ['label_join', 'v', '/', 'pod', 'api_token'],
  ['label_join', 'v', 'x', 'dsn', 'dsn'],
];

const TRIVIA: Choices = [
  ' ',
  ...['\n', '\t', '  \n ', '\r\n', '\r'],
  ...['# comment\n', '# "\n', "# ' } \n", '#`\n', '# or memory_bytes\n', '#{namespace="vault"}\n'],
  ...['# or sum\r', '#\r\n'],
];

type Matched = readonly [label: string, value: string, ...values: string[]];

const MATCHED: readonly [Matched, ...Matched[]] = [
  ['namespace', 'vault', '.*', '.+', 'shop', 'shop|vault', '', 'v[a-z]+', 'pay'],
  ['__name__', '.+', 'memory_bytes', 'requests_total|by', '', 'sum'],
  [
    'pod',
    'vault-0',
    'shop-1',
    '.*',
    '',
    '}',
    '"} or memory_bytes{pod="',
    '# comment',
    '\\',
    "'",
    'ü',
  ],
  ['code', '200', '5..', '{', 'namespace="shop"', '\n'],
];
