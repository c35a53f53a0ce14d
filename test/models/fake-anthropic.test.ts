import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeAnthropic, startFakeAnthropic } from '../fakes/anthropic.ts';

const text = { type: 'text', text: 'hello' };
const call = { type: 'tool_use', id: 'toolu_1', name: 'search_logs', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'none' };
const tool = { name: 'search_logs', input_schema: { type: 'object' } };
const cache_control = { type: 'ephemeral' };

const valid = {
  model: 'claude-sonnet-5-5',
  max_tokens: 100,
  stream: true,
  thinking: { type: 'adaptive' },
  messages: [{ role: 'user', content: [text] }],
};

let fake: FakeAnthropic;
beforeAll(async () => {
  fake = await startFakeAnthropic({ script: () => ({ content: [{ type: 'text', text: 'Yes' }] }) });
});
afterAll(() => fake.close());

const headers = { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' };

function post(body: object, more: Record<string, string> = headers): Promise<Response> {
  const init = { method: 'POST', headers: more, body: JSON.stringify(body) };
  return fetch(`${fake.url}/v1/messages`, init);
}

function talk(...messages: object[][]): object {
  return {
    messages: messages.map((content, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content,
    })),
  };
}

function output(schema: object): object {
  return { output_config: { format: { type: 'json_schema', schema } } };
}

it('streams an answer with every kind of event that the API sends', async () => {
  const response = await post(valid);
  const events = (await response.text()).match(/(?<=^event: )\w+/gm);
  expect(events).toEqual([
    'message_start',
    'ping',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
});

it.each([
  ['temperature', { temperature: 0 }],
  ['top_p', { top_p: 1 }],
  ['top_k', { top_k: 5 }],
  ['a tool that must be called', { tools: [tool], tool_choice: { type: 'any' } }],
  ['one certain tool', { tools: [tool], tool_choice: { type: 'tool', name: 'search_logs' } }],
  ['no max_tokens', { max_tokens: undefined }],
  ['an empty message', talk([])],
  ['an empty text', talk([{ type: 'text', text: '' }])],
  ['an assistant who begins', { messages: [{ role: 'assistant', content: [text] }] }],
  ['a call without a result', talk([text], [call], [text])],
  ['a call at the end', talk([text], [call])],
  ['a result without a call', talk([text], [text], [result])],
  ['a result after other content', talk([text], [call], [text, result])],
  [
    'a changed thought',
    talk([text], [{ type: 'thinking', thinking: 'x', signature: 'y' }], [text]),
  ],
  ['a tool with a bad name', { tools: [{ ...tool, name: 'search logs' }] }],
  ['two tools of one name', { tools: [tool, tool] }],
  ['a tool whose input is no object', { tools: [{ ...tool, input_schema: { type: 'array' } }] }],
  ['five cache marks', talk(Array.from({ length: 5 }, () => ({ ...text, cache_control })))],
  ['an open object in the output', output({ type: 'object', properties: {} })],
  [
    'an open object inside of another',
    output({
      type: 'object',
      additionalProperties: false,
      properties: { list: { type: 'array', items: { type: 'object' } } },
    }),
  ],
  ['a limit in the output', output({ type: 'number', minimum: 0 })],
])('refuses %s', async (_name, change) => {
  expect((await post({ ...valid, ...change })).status).toBe(400);
});

it('refuses a request without a key or without a version', async () => {
  expect((await post(valid, { 'anthropic-version': '2023-06-01' })).status).toBe(401);
  expect((await post(valid, { 'x-api-key': 'k' })).status).toBe(400);
  expect((await post(valid, { ...headers, 'x-api-key': '' })).status).toBe(401);
});

it('says so when its script has come to its end', async () => {
  const short = await startFakeAnthropic({ script: [] });
  const response = await fetch(`${short.url}/v1/messages`, {
    method: 'POST',
    headers,
    body: JSON.stringify(valid),
  });
  expect(await response.text()).toContain('holds 0 turns; this is request 1');
  await short.close();
});
