import { describe, expect, it } from 'vitest';
import { cutText, tooLarge } from '../../src/mcp/cut.ts';

describe('cutText', () => {
  it('leaves alone what fits', () => {
    expect(cutText('x'.repeat(1_000), 1_000)).toBe('x'.repeat(1_000));
  });

  it('keeps whole lines, and says how much is left out and how to get it', () => {
    const text = Array.from({ length: 1_000 }, (_, line) => `line ${line}`).join('\n');
    const cut = cutText(text, 1_000);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(1_000);
    const lines = cut.split('\n');
    const last = lines.length - 2;
    expect(lines[last]).toBe(`line ${last}`);
    const left = Buffer.byteLength(text.slice(text.indexOf(`\nline ${last + 1}\n`)));
    expect(lines.at(-1)).toBe(
      `… ${999 - last} more lines (${left.toLocaleString('en-US')} bytes) are left out: ` +
        'one output has at most 1,000 bytes. ' +
        'Ask for less: a narrower filter, a shorter time or a smaller limit.',
    );
  });

  it.each(['é', '日', '🙂'])('cuts one long line of %s between characters', (character) => {
    const cut = cutText(`heading\n${character.repeat(5_000)}`, 1_001);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(1_001);
    const [heading, line = ''] = cut.split('\n');
    expect(heading).toBe('heading');
    expect(line).toBe(character.repeat([...line].length));
    expect(line.length).toBeGreaterThan(100);
  });
});

it('says of a result that is too large what to do about it', () => {
  expect(tooLarge('search_logs', 1_000_000, 1_000_000)).toBeNull();
  expect(tooLarge('search_logs', 1_200_000, 1_000_000)).toBe(
    'The result of search_logs has 1,200,000 bytes of data; one may have 1,000,000. ' +
      'Ask for less: a narrower filter, a shorter time or a smaller limit.',
  );
});
