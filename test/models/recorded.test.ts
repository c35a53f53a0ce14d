import { expect, it } from 'vitest';
import type { ModelTurn, TurnRequest } from '../../src/models/model.ts';
import { createRecordedModel } from '../../src/models/recorded.ts';

const request: TurnRequest = {
  system: '',
  tools: [],
  messages: [],
  outputSchema: null,
  maxTokens: 100,
};

function saying(text: string): ModelTurn {
  return {
    model: 'claude-sonnet-5-5',
    content: [{ type: 'text', text }],
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  };
}

const never = new AbortController().signal;

it('plays the turns in the order in which they were recorded', async () => {
  const model = createRecordedModel([saying('one'), saying('two')], 'recorded');
  expect(await model.turn(request, never)).toEqual(saying('one'));
  expect(await model.turn(request, never)).toEqual(saying('two'));
});

it('says how many turns it holds when one more is asked for', async () => {
  const model = createRecordedModel([saying('one')], 'recorded');
  await model.turn(request, never);
  await expect(model.turn(request, never)).rejects.toMatchObject({
    name: 'ModelError',
    failure: 'unreadable',
    message: 'The recording holds 1 turn; this run asked for one more.',
  });
});

it('plays the same recording again for another run', async () => {
  const turns = [saying('one')];
  await createRecordedModel(turns, 'recorded').turn(request, never);
  expect(await createRecordedModel(turns, 'recorded').turn(request, never)).toEqual(saying('one'));
});

it('rejects with the reason of an abort and keeps the turn', async () => {
  const model = createRecordedModel([saying('one')], 'recorded');
  const reason = new Error('lock lost');
  await expect(model.turn(request, AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(await model.turn(request, never)).toEqual(saying('one'));
});
