import { describe, expect, it } from 'vitest';
import { readTurn } from '../../src/models/read-turn.ts';

const nothing = new Map<number, string>();

function message(more: object = {}): object {
  return {
    model: 'claude-sonnet-5-5',
    content: [{ type: 'text', text: 'So.', citations: null }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 2 },
    ...more,
  };
}

describe('reading a message of the Messages API', () => {
  it('takes counts that a gateway leaves out for nothing', () => {
    expect(readTurn(message(), nothing)).toMatchObject({
      turn: {
        usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
      },
    });
  });

  it('keeps a block that it does not know, whole', () => {
    const block = { type: 'container_upload', file_id: 'f1', more: { deep: [1, null] } };
    expect(readTurn(message({ content: [block] }), nothing)).toMatchObject({
      turn: { content: [{ type: 'opaque', value: block }] },
    });
  });

  it('trusts the streamed text of the arguments over what the SDK made of it', () => {
    const call = { type: 'tool_use', id: 't', name: 'a', input: { namespace: 'sh' } };
    const asked = message({ content: [call], stop_reason: 'tool_use' });
    expect(readTurn(asked, new Map([[0, '{"namespace":"shop"}']]))).toMatchObject({
      turn: { content: [{ input: { namespace: 'shop' } }] },
    });
    expect(readTurn(asked, new Map([[0, '{"namespace":"sh']]))).toEqual({
      unreadable: 'its tool_use block is malformed',
    });
  });

  it.each([
    ['no message', null, 'it is not a message'],
    ['no content', message({ content: undefined }), 'content is missing'],
    ['no counts', message({ usage: {} }), 'usage.input_tokens is missing'],
    ['no stop reason', message({ stop_reason: null }), 'unknown reason null'],
    ['text without a text', message({ content: [{ type: 'text' }] }), 'text block is malformed'],
  ])('says why it cannot read %s', (_name, received, words) => {
    expect(readTurn(received, nothing)).toEqual({ unreadable: expect.stringContaining(words) });
  });
});
