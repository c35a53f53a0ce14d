import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineTest } from '../../../src/tools/kubernetes/logs/pattern.ts';
import { createMatcher } from '../../../src/tools/kubernetes/logs/pattern-matcher.ts';
import { compile, type Instruction } from '../../../src/tools/kubernetes/logs/pattern-program.ts';
import { parsePattern, type Syntax } from '../../../src/tools/kubernetes/logs/pattern-syntax.ts';
import { ToolError } from '../../../src/tools/tool.ts';

const PIECES = [
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '[a-c0-2]',
  '(ab|c)',
  '(?:a|)',
  '\\d',
  '\\W',
  '\\b',
  '^',
  '$',
];
const REPEATS = ['', '', '*', '+', '?', '{2}', '{1,3}', '{0,}', '*?'];
const pattern = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...REPEATS)), {
    maxLength: 5,
    minLength: 1,
  })
  .map((parts) =>
    // JavaScript repeats no anchor without a group.
    parts
      .map(([piece, repeat]) => (/^(?:\\b|\^|\$)$/.test(piece) ? piece : piece + repeat))
      .join(''),
  );
const line = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', 'A'), maxLength: 12 });

/** Counts around groups around counts, of little or of nothing at all. */
const hostile = fc
  .letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 12, withCrossShrink: true },
      fc.constantFrom('', 'a', '.', '^', '\\b', '[abc1-9]', '|', 'a|'),
      fc
        .tuple(tie('pattern'), fc.constantFrom('{50}', '{0,50}', '{50,}', '{9}', '*', '+', '?'))
        .map(([inner, repeat]) => `(${inner})${repeat}`),
      fc.tuple(tie('pattern'), tie('pattern')).map((both) => both.join('')),
      fc.tuple(tie('pattern'), tie('pattern')).map((both) => `(${both.join('|')})`),
    ),
  }))
  .pattern.filter((source) => source.length <= 200);
const hostileLine = fc
  .string({ unit: fc.constantFrom('a', 'b', '1', ' ', '語', '\u0000'), maxLength: 60 })
  .map((text) => text.repeat(200));
/** The visits that a pattern may cost, and as many to find out. */
const MOST_VISITS = 4_000;
const MOST_TESTS = 1_002_000;

describe('lineTest', () => {
  it('takes a text without slashes as it is, whatever its case', () => {
    const matches = lineTest('Out (of) memory?');
    expect(matches('fatal: OUT (OF) MEMORY? yes')).toBe(true);
    expect(matches('out of memory')).toBe(false);
  });

  it('agrees with JavaScript on the patterns that both know', () => {
    fc.assert(
      fc.property(pattern, line, (source, text) => {
        expect(lineTest(`/${source}/`)(text)).toBe(new RegExp(source).test(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['/time ?out|refused/', 'connection refused', true],
    ['/time ?out|refused/', 'connection REFUSED', false],
    ['/REFUSED/i', 'connection refused', true],
    ['/\\D\\d{3}$/i', 'status 503', true],
    ['/a{2/', 'a{2', true],
    ['/[\\]x]+y/', ']xy', true],
    ['/\\[error\\]/', '[error] x', true],
    ['/', 'a/b', true],
  ])('%s on %j is %j', (grep, text, expected) => {
    expect(lineTest(grep)(text)).toBe(expected);
  });

  it.each([
    ['/(?=a)/', 'a group of an unknown kind at character 3'],
    ['/(a)\\1/', 'an unknown "\\1"'],
    ['/(a/', 'a missing ")"'],
    ['/a)/', 'an unmatched ")"'],
    ['/[a/', 'an early end'],
    ['/*a/', 'nothing to repeat at character 1'],
    ['/a{999}/', 'a count of more than 50'],
    ['/(((a{50}){50}){50})/', 'repeats too much'],
    ['/(((){50}){50}){50}/', 'repeats too much'],
    [`/${'('.repeat(33)}${'){50}'.repeat(33)}/`, 'repeats too much'],
    ['/(((^|){50}){50}){50}/', 'repeats too much'],
    [`/${'a'.repeat(201)}/`, '200 characters at most'],
  ])('refuses %s with the reason', (grep, words) => {
    expect(() => lineTest(grep)).toThrow(ToolError);
    expect(() => lineTest(grep)).toThrow(words);
  });

  it('is not hung by the patterns that hang others', () => {
    const evil = `${'a'.repeat(30_000)}!`;
    expect(lineTest('/(a+)+$/')(evil)).toBe(false);
    expect(lineTest('/(a|a)*b/')(evil)).toBe(false);
    expect(lineTest('/(.*)*x(.*)*y/')(evil)).toBe(false);
  });

  it('compiles no pattern with more than a bounded amount of work', () => {
    fc.assert(
      fc.property(hostile, (source) => {
        let visits = 0;
        const syntax = watched(parsePattern(source), () => {
          visits += 1;
          // Thrown, since a program that is too large would not end.
          if (visits > MOST_VISITS) throw new Error('it goes on and on');
        });
        const program = unlessRefused(() => compile(syntax));
        expect(program?.length ?? 0).toBeLessThanOrEqual(MOST_VISITS);
      }),
      { numRuns: 3_000 },
    );
  });

  it('matches no lines with more than a bounded amount of work', () => {
    fc.assert(
      fc.property(hostile, fc.array(hostileLine, { maxLength: 10 }), (source, lines) => {
        const program = unlessRefused(() => compile(parsePattern(source))) ?? [];
        let tests = 0;
        const matches = createMatcher(
          program.map((instruction) => watchedTest(instruction, () => (tests += 1))),
        );
        unlessRefused(() => lines.map(matches));
        expect(tests).toBeLessThanOrEqual(MOST_TESTS);
      }),
      { numRuns: 200 },
    );
  });

  it('counts each part of a class, so that a long one cannot cost more than a short one', () => {
    const letters = Array.from({ length: 150 }, (_, at) => String.fromCharCode(0x4e00 + at));
    const matches = lineTest(`/([${letters.join('')}]{1,15}){19}z/`);
    const unlike = Array.from({ length: 3_000 }, (_, at) => letters[(at * at) % letters.length]);
    expect(() => matches(unlike.join(''))).toThrow('the pattern is too costly for this log');
  });

  it('gives up on a pattern that is made to cost as much as one can', () => {
    const matches = lineTest('/a[ab]{50}[ab]{50}c/');
    // Never twice the same, so that nothing can be looked up.
    const unlike = Array.from(
      { length: 200_000 },
      (_, index) => 'ab'[popCount(index * 40_503) % 2],
    );
    expect(() => matches(unlike.join(''))).toThrow('the pattern is too costly for this log');
  });
});

function popCount(value: number): number {
  return value.toString(2).replaceAll('0', '').length;
}

/** The same syntax, that tells of each look at what kind a part of it is. */
function watched(syntax: Syntax, seen: () => void): Syntax {
  return new Proxy(
    withParts(syntax, (part) => watched(part, seen)),
    {
      get(target, property) {
        if (property === 'kind') seen();
        return Reflect.get(target, property);
      },
    },
  );
}

function withParts(syntax: Syntax, change: (part: Syntax) => Syntax): Syntax {
  switch (syntax.kind) {
    case 'sequence':
      return { ...syntax, parts: syntax.parts.map(change) };
    case 'alternatives':
      return { ...syntax, options: syntax.options.map(change) };
    case 'repeat':
      return { ...syntax, of: change(syntax.of) };
    default:
      return syntax;
  }
}

function watchedTest(instruction: Instruction, seen: () => void): Instruction {
  if (instruction.op !== 'character') return instruction;
  const { test } = instruction;
  return {
    ...instruction,
    test(code) {
      seen();
      return test(code);
    },
  };
}

function unlessRefused<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}
