import { describe, expect, it } from 'vitest';
import { limitTools } from '../../src/investigation/limited-tools.ts';
import type { ToolCaller, ToolResult } from '../../src/tools/tool.ts';
import { at } from '../incident/deliveries.ts';

const context = { window: { from: at(0), to: at(60) }, signal: new AbortController().signal };
const limits = { toolCalls: 3, concurrentToolCalls: 2, storedBytes: 100 };

function tools(answer: (name: string) => Promise<ToolResult>): ToolCaller {
  return { list: async () => [], call: answer, close: async () => {} };
}

function text(value: string): ToolResult {
  return { text: value, structured: null, isError: false };
}

describe('the limits on tool calls', () => {
  it('answers calls over the limit with its name, without making them', async () => {
    const made: string[] = [];
    const limited = limitTools(
      tools(async (name) => {
        made.push(name);
        return text('ok');
      }),
      limits,
    );
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => limited.call(name, {}, context)),
    );
    expect(made).toEqual(['a', 'b', 'c']);
    expect(answers[3]).toMatchObject({
      isError: true,
      text: expect.stringContaining('limits.toolCalls'),
    });
  });

  it('keeps no more calls in flight than allowed, also when one fails', async () => {
    let inFlight = 0;
    let most = 0;
    const limited = limitTools(
      tools(async (name) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await Promise.resolve();
        inFlight -= 1;
        if (name === 'a') throw new Error('aborted');
        return text(name);
      }),
      { ...limits, toolCalls: 10 },
    );
    const names = ['a', 'b', 'c', 'd', 'e'];
    const done = await Promise.allSettled(names.map((name) => limited.call(name, {}, context)));
    expect(done.map((item) => item.status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(most).toBe(2);
  });

  it('keeps the beginning of an output that is too long, and says how much is gone', async () => {
    const limited = limitTools(
      tools(async () => text('x'.repeat(1_000))),
      limits,
    );
    const answer = await limited.call('a', {}, context);
    expect(answer.text).toMatch(
      /^x{100}\n\[cut: 100 of 1000 bytes are kept \(limits.storedBytes\)/,
    );
  });
});
