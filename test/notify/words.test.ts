import { describe, expect, it } from 'vitest';
import {
  callWords,
  checkedWords,
  confidenceWords,
  durationWords,
  secondWords,
  timeWords,
  usageWords,
} from '../../src/notify/words.ts';
import { report } from './views.ts';

function call(args: string): string {
  return callWords({ id: 'E1', tool: 'search_logs', args, bytes: 1, isError: false });
}

describe('a tool call in words', () => {
  it('reads like a call, with quotes only where they help', () => {
    expect(call('{"query":"{app=\\"shop\\"} |= \\"x\\"","limit":100,"since":"1h"}')).toBe(
      `search_logs(query='{app="shop"} |= "x"', limit=100, since=1h)`,
    );
    expect(call(`{"query":"it's \\"so\\""}`)).toBe(`search_logs(query="it's \\"so\\"")`);
  });

  it('shows arguments as they are when they are no JSON object', () => {
    expect(call('{"query":"cut off')).toBe('search_logs({"query":"cut off)');
    expect(call('[1]')).toBe('search_logs([1])');
  });
});

describe('numbers in words', () => {
  it.each([
    [0.92, '92% (high)'],
    [0.6, '60% (moderate)'],
    [0.3, '30% (low)'],
    [0.1, '10% (a guess)'],
  ])('grades a confidence of %d', (confidence, words) => {
    expect(confidenceWords(confidence)).toBe(words);
  });

  it.each([
    [812, '812 ms'],
    [41_200, '41 s'],
    [119_400, '119 s'],
    [185_000, '3 min 5 s'],
  ])('says %d milliseconds', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });

  it('counts the claims that were checked', () => {
    expect(checkedWords(report())).toBe('2 of 3 claims checked');
    expect(checkedWords(report({ claims: [] }))).toBe('no claims');
  });

  it('speaks of no tokens, money or model when none was used', () => {
    const usage = {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      usd: 0,
      turns: 0,
      toolCalls: 1,
      wallMs: 1_000,
    };
    expect(usageWords(report({ usage, author: 'analysers', model: null }))).toBe(
      '1 tool call · 1 s',
    );
  });
});

describe('times', () => {
  it('are UTC, with the date only when it is another day', () => {
    const day = '2026-11-21T23:00:00Z';
    expect(timeWords('2026-11-22T00:30:00+02:00', day)).toBe('22:30 UTC');
    expect(timeWords('2026-11-22T00:30:00Z', day)).toBe('2026-11-22 00:30 UTC');
    expect(secondWords('2026-11-21T03:12:04Z', day)).toBe('03:12:04');
  });
});
