import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/evidence/redact.ts';
import { sanitiseAndCut, sanitiseFields, sanitiseText } from '../../src/mcp/sanitise.ts';

const redact = createRedactor('key');
const keep = (text: string) => text;

describe('sanitiseText', () => {
  it.each([
    ['colours', '\u001b[31mERROR\u001b[0m failed', 'ERROR failed'],
    ['a link of the terminal', '\u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007', 'click'],
    ['control characters', 'a\u0000b\u0008c\u0085d', 'abcd'],
    ['bidirectional overrides', 'user\u202egnp.exe', 'usergnp.exe'],
    ['zero-width characters', 'pass\u200bword', 'password'],
    ['tag characters', 'hi\u{e0049}\u{e0067}', 'hi'],
    ['lone surrogates', 'a\ud800b', 'a\ufffdb'],
    ['carriage returns', 'a\r\nb\rc', 'a\nb\nc'],
  ])('takes out %s', (_what, text, expected) => {
    expect(sanitiseText(text, keep)).toBe(expected);
  });

  it('leaves tabs, line ends, other scripts and emoji', () => {
    const text = 'a\tb\nпод ポッド 🔥 ▁▂▃ → …';
    expect(sanitiseText(text, keep)).toBe(text);
  });

  it('finds a secret that something unseen splits', () => {
    expect(sanitiseText('pass\u200bword=hun\u200dter2', redact)).toMatch(
      /^password=\[REDACTED:password:/,
    );
  });
});

describe('sanitiseAndCut', () => {
  const secret = 'password=hunter2-hunter2';

  it('reads no more of a text than may be shown, and a margin for what is cut through', () => {
    const read: number[] = [];
    const watched = (text: string) => {
      read.push(text.length);
      return redact(text);
    };
    const cut = sanitiseAndCut(`${'line\n'.repeat(200_000)}`, watched, 10_000);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(10_000);
    expect(cut).toMatch(/… \d+,\d+ more lines \(\d+,\d+ bytes\) are left out/);
    expect(Math.max(...read)).toBeLessThan(50_000);
  });

  it('shows no part of a secret, wherever it is cut', () => {
    for (let before = 42_700; before < 42_790; before += 1) {
      const text = `${secret} ${'x '.repeat(before / 2)}${secret} ${'y '.repeat(30_000)}`;
      expect(sanitiseAndCut(text, redact, 10_000)).not.toMatch(/hunt/);
    }
  });

  it('shows no part of a secret when the text before it shrinks by being redacted', () => {
    const text = `password="${'x'.repeat(42_000)}" ${secret.repeat(100)}${'y '.repeat(30_000)}`;
    expect(sanitiseAndCut(text, redact, 10_000)).not.toMatch(/hunt/);
  });
});

describe('sanitiseFields', () => {
  it('reaches every string at any depth and leaves the rest', () => {
    const fields = {
      a: 'password=hunter2',
      b: [{ c: ['token=abc123', 1, null, true] }],
      d: { e: { f: 'ok' } },
    };
    expect(sanitiseFields(fields, redact)).toEqual({
      a: expect.stringMatching(/^password=\[REDACTED/),
      b: [{ c: [expect.stringMatching(/^token=\[REDACTED/), 1, null, true] }],
      d: { e: { f: 'ok' } },
    });
  });

  it('takes the value of a pair under the name beside it', () => {
    const pair = (name: string) =>
      sanitiseFields({ env: [{ name, value: 'correct horse' }] }, redact);
    expect(pair('MODE')).toEqual({ env: [{ name: 'MODE', value: 'correct horse' }] });
    expect(pair('DB_PASSWORD')).toEqual({
      env: [{ name: 'DB_PASSWORD', value: expect.stringMatching(/^\[REDACTED:/) }],
    });
  });

  it('takes the whole text under the name of a secret, as LogQL makes labels of JSON logs', () => {
    expect(
      sanitiseFields({ labels: { app: 'checkout', password: 'correct horse' } }, redact),
    ).toEqual({
      labels: {
        app: 'checkout',
        password: expect.stringMatching(/^\[REDACTED:password:[0-9a-f]{8}\]$/),
      },
    });
  });
});
