import { onTestFinished } from 'vitest';
import { type AnthropicOptions, createAnthropicModel } from '../../src/models/anthropic.ts';
import type { Message, TurnRequest } from '../../src/models/model.ts';
import { type FakeAnthropicOptions, startFakeAnthropic } from '../fakes/anthropic.ts';

export const KEY = 'sk-ant-secret-0123456789';
export const never = new AbortController().signal;

/** A fake that plays the script, for as long as the test runs, and a model that talks to it. */
export async function fakeAndModel(
  script: FakeAnthropicOptions['script'],
  options: Partial<AnthropicOptions> = {},
  more: Partial<FakeAnthropicOptions> = {},
) {
  const fake = await startFakeAnthropic({ script, apiKey: KEY, ...more });
  onTestFinished(() => fake.close());
  const model = createAnthropicModel({
    apiKey: KEY,
    baseUrl: fake.url,
    model: 'claude-sonnet-5-5',
    timeoutMs: 10_000,
    maxRetries: 0,
    ...options,
  });
  return { fake, model };
}

const podsTool = {
  name: 'kubectl_get_pods',
  description: 'Lists pods.',
  inputSchema: { type: 'object', properties: { namespace: { type: 'string' } } },
};

export function asking(messages: Message[], more: Partial<TurnRequest> = {}): TurnRequest {
  return {
    system: 'You investigate alerts.',
    tools: [podsTool, { ...podsTool, name: 'search_logs' }],
    messages,
    outputSchema: null,
    maxTokens: 4_000,
    ...more,
  };
}

export function user(text: string): Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}

export const question = asking([user('Why?')]);
