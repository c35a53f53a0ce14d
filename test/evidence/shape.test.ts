import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, matchingLines, page } from '../../src/evidence/shape.ts';

const lines = Array.from({ length: 400 }, (_, index) => `line ${index} says something`).join('\n');

describe('what the model sees of an output', () => {
  it('is all of it when it is short', () => {
    expect(clip('short', 100, 'E1')).toBe('short');
  });

  it('is the head and the tail of a long one, with how much is missing and how to read it', () => {
    const seen = clip(lines, 1000, 'E7');
    expect(seen).toMatch(/^line 0 says/);
    expect(seen).toMatch(/line 399 says something$/);
    expect(seen).toMatch(/\[… \d+ bytes left out: read_evidence \{"id":"E7","offset":\d+\}/);
    expect(Buffer.byteLength(seen)).toBeLessThan(1000 + 150);
  });

  it('goes on, at the offset that it names, exactly where the head ended', () => {
    const seen = clip(lines, 1000, 'E7');
    const offset = Number(/"offset":(\d+)/.exec(seen)?.[1]);
    const head = seen.slice(0, seen.indexOf('\n[…'));
    expect(lines.startsWith(head + page(lines, offset, 200))).toBe(true);
  });

  it('never splits a character and never grows past its limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 20, max: 300 }),
        (text, max) => {
          const seen = clip(text, max, 'E1');
          if (Buffer.byteLength(text) <= max) expect(seen).toBe(text);
          else expect(Buffer.byteLength(seen)).toBeLessThan(max + 150);
          if (text.isWellFormed()) expect(seen.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it('shows the lines that hold a text with their neighbours', () => {
    expect(matchingLines(lines, 'LINE 200 ', 1000)).toBe(
      '200: line 199 says something\n201: line 200 says something\n202: line 201 says something',
    );
    expect(matchingLines(lines, 'nowhere', 1000)).toBe('No line holds "nowhere".');
  });
});
