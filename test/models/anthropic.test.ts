import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Message } from '../../src/models/model.ts';
import { Conclusion } from '../../src/report/conclusion.ts';
import { asking, fakeAndModel, never, question, user } from './talk.ts';

describe('a turn', () => {
  it('joins the streamed pieces of text and of tool calls', async () => {
    const { model } = await fakeAndModel([
      {
        content: [
          { type: 'text', text: 'Looking at the pods.' },
          {
            type: 'tool_use',
            name: 'kubectl_get_pods',
            input: { namespace: 'shop' },
            id: 'toolu_1',
          },
          { type: 'tool_use', name: 'search_logs', input: {}, id: 'toolu_2' },
        ],
        usage: { input: 12, output: 34, cacheRead: 56, cacheWrite: 78 },
      },
    ]);
    expect(await model.turn(question, never)).toEqual({
      model: 'claude-sonnet-5-5',
      content: [
        { type: 'text', text: 'Looking at the pods.' },
        {
          type: 'tool_use',
          id: 'toolu_1',
          name: 'kubectl_get_pods',
          input: { namespace: 'shop' },
        },
        { type: 'tool_use', id: 'toolu_2', name: 'search_logs', input: {} },
      ],
      stopReason: 'tool_use',
      usage: { inputTokens: 12, outputTokens: 34, cacheReadTokens: 56, cacheWriteTokens: 78 },
    });
  });

  it('sends thinking back untouched, also after it was stored as JSON', async () => {
    const { fake, model } = await fakeAndModel([
      {
        content: [
          { type: 'thinking', thinking: 'It may be memory. Ünïcode too.' },
          { type: 'redacted_thinking', data: 'c2VjcmV0' },
          { type: 'tool_use', name: 'search_logs', input: { query: '{}' }, id: 'toolu_1' },
        ],
      },
      { content: [{ type: 'text', text: 'Memory it is.' }] },
    ]);
    const first = await model.turn(question, never);
    const stored: typeof first = JSON.parse(JSON.stringify(first));
    await model.turn(
      asking([
        user('Why?'),
        { role: 'assistant', content: stored.content },
        {
          role: 'user',
          content: [{ type: 'tool_result', toolUseId: 'toolu_1', text: 'OOM', isError: true }],
        },
      ]),
      never,
    );
    expect(fake.refusals).toEqual([]);
    expect(fake.requests[1]?.messages.slice(1)).toMatchObject([
      { content: [{ type: 'thinking' }, { type: 'redacted_thinking' }, { type: 'tool_use' }] },
      { content: [{ tool_use_id: 'toolu_1', content: 'OOM', is_error: true }] },
    ]);
  });

  it.each([
    'pause_turn',
    'refusal',
    'max_tokens',
    'model_context_window_exceeded',
    'stop_sequence',
  ])('passes on the stop reason %s', async (stopReason) => {
    const { model } = await fakeAndModel([{ content: [{ type: 'text', text: 'So' }], stopReason }]);
    expect((await model.turn(question, never)).stopReason).toBe(stopReason);
  });

  it('leaves out a tool call that was cut off, and keeps what came before it', async () => {
    const { model } = await fakeAndModel([
      {
        content: [
          { type: 'text', text: 'Looking.' },
          { type: 'tool_use', name: 'search_logs', input: {}, json: '{"query":"{namespace=\\"sh' },
        ],
        stopReason: 'max_tokens',
      },
    ]);
    const turn = await model.turn(question, never);
    expect(turn.content).toEqual([{ type: 'text', text: 'Looking.' }]);
  });

  it('takes a refusal that comes before the first word', async () => {
    const { model } = await fakeAndModel([{ content: [], stopReason: 'refusal' }]);
    expect(await model.turn(question, never)).toMatchObject({ content: [], stopReason: 'refusal' });
  });
});

describe('a request', () => {
  it('marks the system text, the last tool and the last two user messages for the cache', async () => {
    const { fake, model } = await fakeAndModel([{ content: [{ type: 'text', text: 'Yes.' }] }]);
    const said: Message = { role: 'assistant', content: [{ type: 'text', text: 'Hm.' }] };
    await model.turn(asking([user('1'), said, user('2'), said, user('3')]), never);
    const request = fake.requests[0];
    const marked = (blocks: object[] = []) => blocks.map((block) => 'cache_control' in block);
    expect(marked(request?.system)).toEqual([true]);
    expect(marked(request?.tools)).toEqual([false, true]);
    expect(request?.messages.map((message) => marked(message.content))).toEqual([
      [false],
      [false],
      [true],
      [false],
      [true],
    ]);
  });

  it('asks for adaptive thinking and for nothing that the API would refuse', async () => {
    const { fake, model } = await fakeAndModel([{ content: [{ type: 'text', text: 'Yes.' }] }], {
      effort: 'high',
    });
    await model.turn(question, never);
    expect(fake.refusals).toEqual([]);
    expect(fake.requests[0]).toMatchObject({
      max_tokens: 4_000,
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
    expect(fake.requests[0]).not.toHaveProperty('tool_choice');
  });

  it('asks for structured output with the tools kept but not to be called', async () => {
    const { fake, model } = await fakeAndModel([{ content: [{ type: 'text', text: '{}' }] }]);
    const outputSchema = z.record(z.string(), z.json()).parse(z.toJSONSchema(Conclusion));
    await model.turn(asking([user('Conclude.')], { outputSchema }), never);
    expect(fake.refusals).toEqual([]);
    expect(fake.requests[0]).toMatchObject({
      tools: [{ name: 'kubectl_get_pods' }, { name: 'search_logs' }],
      tool_choice: { type: 'none' },
      output_config: { format: { type: 'json_schema', schema: { additionalProperties: false } } },
    });
  });

  it('tells limits that structured output does not take in words', async () => {
    const { fake, model } = await fakeAndModel([{ content: [{ type: 'text', text: '{}' }] }]);
    const schema = z.object({ causes: z.array(z.number().min(0).max(1)).max(3) });
    const outputSchema = z.record(z.string(), z.json()).parse(z.toJSONSchema(schema));
    await model.turn(asking([user('Conclude.')], { outputSchema, tools: [] }), never);
    expect(fake.requests[0]?.output_config?.format?.schema).toMatchObject({
      properties: {
        causes: {
          type: 'array',
          description: '{maxItems: 3}',
          items: { type: 'number', description: '{minimum: 0, maximum: 1}' },
        },
      },
    });
    expect(fake.requests[0]).not.toHaveProperty('tool_choice');
  });

  it('leaves out an empty answer and joins what stood around it', async () => {
    const { fake, model } = await fakeAndModel([{ content: [{ type: 'text', text: 'Yes.' }] }]);
    await model.turn(asking([user('1'), { role: 'assistant', content: [] }, user('2')]), never);
    expect(fake.requests[0]?.messages).toMatchObject([
      { role: 'user', content: [{ text: '1' }, { text: '2' }] },
    ]);
  });
});
