import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstSyntaxError } from '../../webhooks/json-syntax.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

it.each([
  ['', 1, 1],
  ['x', 1, 1],
  ['{"a": tru}', 1, 7],
  ['{"a": 1,}', 1, 9],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
  ['[1, 2', 1, 6],
  ['{"a": "b\nc"}', 1, 9],
  ['{"a": "\\x"}', 1, 8],
  ['{"a": 01}', 1, 8],
  ['{} {}', 1, 4],
  ['[1}', 1, 3],
  ['{a: 1}', 1, 2],
  ['{"a" 1}', 1, 6],
])('%j stops being JSON at line %i, column %i', (text, line, column) => {
  expect(firstSyntaxError(text)).toEqual({ line, column });
});

it('bears what would exhaust the stack: depth, and long strings of escapes', () => {
  const depth = 1_000_000;
  expect(firstSyntaxError('['.repeat(depth) + ']'.repeat(depth))).toBeNull();
  expect(firstSyntaxError('['.repeat(depth))).toEqual({ line: 1, column: depth + 1 });
  expect(firstSyntaxError(`"${'\\n'.repeat(depth)}"`)).toBeNull();
  expect(firstSyntaxError(`"${'x'.repeat(depth)}"`)).toBeNull();
});

describe('agrees with JSON.parse', () => {
  const fragments = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '1',
      '-',
      '0',
      '.5',
      'e9',
      'true',
      'nul',
      ' ',
      '\n',
      '\u00a0',
      '\ufeff',
    ),
    { maxLength: 12 },
  );

  it('on arbitrary texts', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fragments.map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          expect(firstSyntaxError(text) === null).toBe(isJson(text));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('on JSON, and on JSON that lost or gained a piece', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.nat(3),
        fc.string({ maxLength: 2 }),
        (text, at, cut, more) => {
          expect(firstSyntaxError(text)).toBeNull();
          const start = at % (text.length + 1);
          const broken = text.slice(0, start) + more + text.slice(start + cut);
          expect(firstSyntaxError(broken) === null).toBe(isJson(broken));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
