import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineTest } from '../../../src/tools/kubernetes/logs/pattern.ts';
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
