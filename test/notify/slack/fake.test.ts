import { describe, expect, it } from 'vitest';
import { readContent } from '../../fakes/slack-rules.ts';

/** The tests of the renderer are worth what the fake sees: it must take text the way Slack does. */

const section = (text: string, verbatim?: boolean) => ({
  type: 'section',
  text: { type: 'mrkdwn', text, ...(verbatim === undefined ? {} : { verbatim }) },
});
const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } });
const read = (blocks: unknown, text = 'fallback', autoLink = false) =>
  readContent({ text, blocks: JSON.stringify(blocks) }, autoLink);

describe('the fake of Slack', () => {
  it.each(['<!channel>', '<!here|here>', '<@U0123>', '<#C0123>', '<!subteam^S1|@team>'])(
    'takes %s for a mention, in blocks, in code and in the notification',
    (mention) => {
      expect(read([section(mention, true)]).mentions).toEqual([mention]);
      expect(read([section(`\`${mention}\``, true)]).mentions).toEqual([mention]);
      expect(read([], mention).mentions).toEqual([mention]);
    },
  );

  it('takes manual links for links, and bare addresses only where it is left to', () => {
    expect(read([section('<https://evil.example|docs>', true)]).links).toHaveLength(1);
    expect(read([section('https://evil.example', true)]).links).toEqual([]);
    expect(read([section('https://evil.example')]).links).toEqual(['https://evil.example']);
    expect(read([], 'https://evil.example @channel', true)).toMatchObject({
      links: ['https://evil.example'],
      mentions: ['@channel'],
    });
  });

  it('sees escapes that are missing or cut in two', () => {
    expect(read([section('a &lt;b&gt; &amp; c', true)]).unescaped).toEqual([]);
    expect(read([section('a & b', true)]).unescaped).toHaveLength(1);
    expect(read([section('a &am…', true)]).unescaped).toHaveLength(1);
    expect(read([section('a <b', true)]).unescaped).toHaveLength(1);
  });

  it.each([
    ['a header over 150', [header('x'.repeat(151))], 'invalid_blocks'],
    ['an empty header', [header('')], 'invalid_blocks'],
    ['a section over 3,000', [section('x'.repeat(3_001))], 'invalid_blocks'],
    ['an unknown block', [{ type: 'marquee' }], 'invalid_blocks'],
    ['more than 50 blocks', Array.from({ length: 51 }, () => section('x')), 'invalid_blocks'],
    ['blocks that are no list', 'x', 'invalid_blocks_format'],
    [
      'too much in all',
      Array.from({ length: 5 }, () => section('x'.repeat(2_900))),
      'msg_blocks_too_long',
    ],
  ])('refuses %s', (_what, blocks, code) => {
    expect(() => read(blocks)).toThrow(code);
  });

  it('refuses a message without a word, and takes one at the limits', () => {
    expect(() => readContent({ text: '' }, false)).toThrow('no_text');
    const most = [header('x'.repeat(150)), section('x'.repeat(3_000)), section('x'.repeat(3_000))];
    expect(read(most).blocks).toHaveLength(3);
  });
});
