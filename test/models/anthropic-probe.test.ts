import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createAnthropicModel } from '../../src/models/anthropic.ts';
import { fakeAndModel, KEY, never } from './talk.ts';

describe('creating a model', () => {
  it('refuses a key that cannot be a header, without repeating it', () => {
    const create = () =>
      createAnthropicModel({ apiKey: `${KEY}\n`, model: 'm', timeoutMs: 1, maxRetries: 0 });
    expect(create).toThrow('ANTHROPIC_API_KEY');
    expect(create).not.toThrow(KEY);
  });
});

describe('the probe', () => {
  it('finds the model that is offered', async () => {
    const { fake, model } = await fakeAndModel([], {}, { models: ['claude-sonnet-5-5'] });
    const host = new URL(fake.url).host;
    expect(await model.probe(never)).toEqual([
      { system: `model at ${host}`, ok: true, detail: 'offers claude-sonnet-5-5', advice: null },
    ]);
  });

  it('says which setting is wrong', async () => {
    const unknown = await fakeAndModel(
      [],
      { model: 'claude-9' },
      { models: ['claude-sonnet-5-5'] },
    );
    expect(await unknown.model.probe(never)).toMatchObject([
      { ok: false, advice: expect.stringContaining('MODEL: "claude-9"') },
    ]);
    const wrongKey = await fakeAndModel([], { apiKey: 'sk-wrong' });
    expect(await wrongKey.model.probe(never)).toMatchObject([
      { ok: false, detail: expect.stringContaining('401'), advice: 'check ANTHROPIC_API_KEY' },
    ]);
  });

  it('does not take a page for a model', async () => {
    const server = createServer((_request, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { model } = await fakeAndModel([], { baseUrl: `http://127.0.0.1:${port}` });
    expect(await model.probe(never)).toMatchObject([{ ok: false }]);
    await new Promise((resolve) => server.close(resolve));
  });
});
