import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { AnthropicOptions } from '../../src/models/anthropic.ts';
import type { ScriptedTurn } from '../fakes/anthropic.ts';
import { fakeAndModel, KEY, never, question } from './talk.ts';

async function failureOf(turn: ScriptedTurn, options: Partial<AnthropicOptions> = {}) {
  const { model } = await fakeAndModel([turn], options);
  return model.turn(question, never).then(
    () => expect.unreachable('the turn succeeded'),
    (error: unknown) => error,
  );
}

describe('an answer that cannot be read', () => {
  it.each([
    ['a page of a gateway', { broken: 'html' }, /text\/html/],
    ['a message that is not streamed', { broken: 'json' }, /application\/json/],
    ['an event that is cut off', { broken: 'half-json' }, /no whole stream of events/],
    ['a stream that ends early', { broken: 'truncated' }, /no whole stream of events/],
    ['no content', { content: [] }, /it is empty/],
    ['only blank text', { content: [{ type: 'text', text: ' \n' }] }, /it is empty/],
    [
      'an unknown stop reason',
      { content: [{ type: 'text', text: 'So' }], stopReason: 'bored' },
      /unknown reason "bored"/,
    ],
    [
      'half the arguments of a call',
      { content: [{ type: 'tool_use', name: 'a', input: {}, json: '{"namespace":"sh' }] },
      /tool_use block is malformed/,
    ],
    [
      'arguments that are a list',
      { content: [{ type: 'tool_use', name: 'a', input: {}, json: '["shop"]' }] },
      /tool_use block is malformed/,
    ],
  ] satisfies [string, ScriptedTurn, RegExp][])('is unreadable: %s', async (_name, turn, words) => {
    expect(await failureOf(turn)).toMatchObject({
      name: 'ModelError',
      failure: 'unreadable',
      message: expect.stringMatching(words),
    });
  });
});

describe('a failure', () => {
  it('that may pass is tried again, after the time that was asked for', async () => {
    const { fake, model } = await fakeAndModel(
      [
        { status: 429, type: 'rate_limit_error', retryAfter: '0' },
        { status: 529, type: 'overloaded_error', retryAfter: '0.001' },
        { content: [{ type: 'text', text: 'Here I am.' }] },
      ],
      { maxRetries: 2 },
    );
    expect((await model.turn(question, never)).stopReason).toBe('end_turn');
    expect(fake.requests).toHaveLength(3);
  });

  it('in the middle of a stream is tried again too', async () => {
    const { fake, model } = await fakeAndModel(
      [{ broken: 'reset' }, { content: [{ type: 'text', text: 'Here I am.' }] }],
      { maxRetries: 1 },
    );
    expect((await model.turn(question, never)).content).toEqual([
      { type: 'text', text: 'Here I am.' },
    ]);
    expect(fake.requests).toHaveLength(2);
  });

  it('that lasts is told once the retries are used up', async () => {
    const busy: ScriptedTurn = { status: 529, type: 'overloaded_error', retryAfter: '0' };
    const { fake, model } = await fakeAndModel(() => busy, { maxRetries: 2 });
    await expect(model.turn(question, never)).rejects.toMatchObject({ failure: 'overloaded' });
    expect(fake.requests).toHaveLength(3);
  });

  it('that a longer wait was asked for is told at once', async () => {
    const turn: ScriptedTurn = { status: 429, type: 'rate_limit_error', retryAfter: '3600' };
    expect(await failureOf(turn, { maxRetries: 5 })).toMatchObject({ failure: 'overloaded' });
  });

  it.each([
    [{ errorEvent: 'overloaded_error' }, 'overloaded', /an error: it happened while streaming/],
    [{ status: 502, body: '<html>bad gateway</html>' }, 'unreachable', /status 502$/],
    [{ broken: 'reset' }, 'unreachable', /broke the connection \(\w+\)/],
  ] satisfies [ScriptedTurn, string, RegExp][])('%o is %s', async (turn, failure, words) => {
    expect(await failureOf(turn)).toMatchObject({
      failure,
      message: expect.stringMatching(words),
    });
  });

  it.each(['hang', 'silent'] as const)(
    'to finish in time (%s) is told with the time',
    async (broken) => {
      expect(await failureOf({ broken }, { timeoutMs: 50, maxRetries: 3 })).toMatchObject({
        failure: 'unreachable',
        message: expect.stringContaining('gave no whole answer within 0.05 s'),
      });
    },
  );

  it('to connect names the reason and the setting', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await new Promise((resolve) => server.close(resolve));
    const failure = await failureOf(
      { content: [] },
      { baseUrl: `http://user:hunter2@127.0.0.1:${port}` },
    );
    expect(failure).toMatchObject({
      failure: 'unreachable',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ cannot be reached.*ANTHROPIC_BASE_URL/),
    });
    expect(String(failure)).not.toContain('hunter2');
  });

  it('never repeats the key, even when the other side does', async () => {
    const failure = await failureOf({
      status: 401,
      type: 'authentication_error',
      message: `the key ${KEY} is not known`,
    });
    expect(failure).toMatchObject({ failure: 'rejected' });
    expect(String(failure)).toContain('the key [ANTHROPIC_API_KEY] is not known');
    expect(JSON.stringify(failure)).not.toContain(KEY);
  });
});

describe('an abort', () => {
  it.each(['silent', 'hang'] as const)('ends a request (%s) with its reason', async (broken) => {
    const reason = new Error('the lock was lost');
    const controller = new AbortController();
    const { model } = await fakeAndModel(() => {
      setImmediate(() => controller.abort(reason));
      return { broken };
    });
    await expect(model.turn(question, controller.signal)).rejects.toBe(reason);
  });

  it('ends the wait before a retry', async () => {
    const reason = new Error('the worker stops');
    const controller = new AbortController();
    const { fake, model } = await fakeAndModel(
      () => {
        setTimeout(() => controller.abort(reason), 20);
        return { status: 429, retryAfter: '60' };
      },
      { maxRetries: 3 },
    );
    await expect(model.turn(question, controller.signal)).rejects.toBe(reason);
    expect(fake.requests).toHaveLength(1);
  });

  it('that came before asks nothing', async () => {
    const { fake, model } = await fakeAndModel([]);
    const reason = new Error('too late');
    await expect(model.turn(question, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(fake.requests).toHaveLength(0);
  });
});
