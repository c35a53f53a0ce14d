import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/evidence.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { RecordedTools } from '../../src/replay/recorded-tools.ts';

const spec = { name: 'search_logs', description: 'Searches.', inputSchema: { type: 'object' } };

function call(id: string, args: JsonObject, text: string, more: Partial<Evidence> = {}): Evidence {
  const startedAt = '2026-11-18T02:55:02Z';
  return {
    id,
    tool: 'search_logs',
    args,
    text,
    structured: null,
    isError: false,
    startedAt,
    ms: 7,
    ...more,
  };
}

describe('the tools of a case', () => {
  it('are the tools that there were', async () => {
    expect(await new RecordedTools([spec], []).list()).toEqual([spec]);
  });

  it('know a call by its tool and arguments, in whatever order these stand', async () => {
    const tools = new RecordedTools([spec], [call('E1', { query: '{a="b"}', limit: 5 }, 'found')]);
    expect((await tools.call('search_logs', { limit: 5, query: '{a="b"}' })).text).toBe('found');
    expect(tools.notRecorded).toBe(0);
  });

  it('give a recorded failure again as the failure that it was', async () => {
    const failed = call('E1', { query: 'x' }, 'Loki cannot be reached.', { isError: true });
    const answer = await new RecordedTools([spec], [failed]).call('search_logs', { query: 'x' });
    expect(answer).toEqual({ text: 'Loki cannot be reached.', structured: null, isError: true });
  });

  it('answer equal calls in the order of the recording, and stay with the last', async () => {
    const args = { query: 'x' };
    const tools = new RecordedTools(
      [spec],
      [call('E1', args, 'first'), call('E2', args, 'second')],
    );
    const texts = [];
    for (let n = 0; n < 3; n += 1) texts.push((await tools.call('search_logs', args)).text);
    expect(texts).toEqual(['first', 'second', 'second']);
  });

  it('answer what was never asked with NOT_RECORDED, as a failure, and count it', async () => {
    const tools = new RecordedTools([spec], [call('E1', { query: 'x' }, 'found')]);
    const others: [string, JsonObject][] = [
      ['search_logs', { query: 'y' }],
      ['search_logs', { query: 'x', limit: 1 }],
      ['query_prometheus', { query: 'x' }],
    ];
    for (const [name, args] of others) {
      const { text, isError, structured } = await tools.call(name, args);
      expect(text).toMatch(/^NOT_RECORDED: this call was not made when the case was recorded/);
      expect({ isError, structured }).toEqual({ isError: true, structured: null });
    }
    expect(tools.notRecorded).toBe(3);
  });
});
