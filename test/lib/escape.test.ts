import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeSlack,
  oneLine,
  stripInvisible,
  truncate,
  truncateEscaped,
} from '../../src/lib/escape.ts';

/** Any UTF-16, lone surrogates included, dense in what this file is about. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b',
        '[',
        ']',
        '31m',
        '\u0007',
        '\u001b\\',
        '\u009b',
        '\ud800',
        '\udb40',
        '\udc41',
      ),
      fc.constantFrom(
        '\u200b',
        '\u202e',
        '\u2066',
        '\ufeff',
        '\u{e0041}',
        '&',
        '<',
        '>',
        '&amp;',
        '\r\n',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('stripInvisible', () => {
  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['cursor movement', 'a\u001b[2K\u001b[1Gb', 'ab'],
    [
      'a terminal link and its address',
      '\u001b]8;;https://evil.example\u001b\\docs\u001b]8;;\u001b\\',
      'docs',
    ],
    ['a window title', '\u001b]0;owned\u0007text', 'text'],
    ['the one-byte control sequence introducer', '\u009b31mred', 'red'],
    ['bidirectional overrides', 'user\u202egpj.exe', 'usergpj.exe'],
    ['zero-width characters', 'pass\u200bword\u2060\ufeff', 'password'],
    ['tag characters', 'hi\u{e0049}\u{e0047}', 'hi'],
    ['variation selectors', 'a\ufe0f\u{e0100}', 'a'],
    ['bells and back-spaces', 'a\u0007\bb', 'ab'],
  ])('removes %s', (_what, given, expected) => {
    expect(stripInvisible(given)).toBe(expected);
  });

  it('keeps newlines, tabs, accents, other scripts and emoji', () => {
    const text = 'line\n\tcafé café 東京 Привет 🔴';
    expect(stripInvisible(text)).toBe(text);
  });

  it('shows the rest of a sequence that was never finished, rather than hiding what follows', () => {
    expect(stripInvisible('\u001b]0;the cause is here')).toBe(']0;the cause is here');
  });

  it('makes one newline of every kind of line end', () => {
    expect(stripInvisible('a\r\nb\rc\u2028d')).toBe('a\nb\nc\nd');
  });

  it('does not let surrogates that it brings together become a character', () => {
    expect(stripInvisible('\udb40\u200b\udc41')).toBe('\ufffd\ufffd');
  });

  it('is idempotent, well-formed and leaves no control character, whatever it gets', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const stripped = stripInvisible(text);
        expect(stripInvisible(stripped)).toBe(stripped);
        expect(stripped.isWellFormed()).toBe(true);
        expect(stripped).not.toMatch(
          /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u200b\u{e0000}-\u{e007f}]/u,
        );
      }),
    );
  });
});

describe('oneLine', () => {
  it('makes one space of any white space and trims', () => {
    expect(oneLine('  a\n\n\tb  c ')).toBe('a b c');
  });
});

describe('truncate', () => {
  it('leaves a text alone that fits', () => {
    expect(truncate('four', 4)).toBe('four');
  });

  it('says that it cut', () => {
    expect(truncate('fives', 4)).toBe('fiv…');
  });

  it('never splits a character and never exceeds the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const cut = truncate(text, max);
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('escaping for Slack', () => {
  it('escapes the three characters that Slack gives a meaning to, once', () => {
    expect(escapeSlack('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  });

  it('never cuts inside an escape', () => {
    expect(truncateEscaped('ab&amp;cd', 5)).toBe('ab…');
    expect(truncateEscaped('ab&amp;cd', 8)).toBe('ab&amp;…');
  });

  it('gives text without control characters, within the limit, that begins as the original does', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 60 }), (text, max) => {
        const escaped = truncateEscaped(escapeSlack(stripInvisible(text)), max);
        expect(escaped.length).toBeLessThanOrEqual(max);
        expect(escaped).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        expect(escaped.isWellFormed()).toBe(true);
        const decoded = escaped
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&amp;', '&')
          .replace(/…$/, '');
        expect(stripInvisible(text).startsWith(decoded)).toBe(true);
      }),
    );
  });
});
