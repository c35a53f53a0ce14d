import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Tool } from '../../src/tools/tool.ts';
import { createToolset } from '../../src/tools/toolset.ts';
import { startFakeKubernetes } from '../fakes/kubernetes.ts';
import { startFakeLoki } from '../fakes/loki.ts';
import { startFakePrometheus } from '../fakes/prometheus.ts';
import { redact } from '../tools/run.ts';
import { ns, SHOP, sampled, WINDOW } from '../tools/shop.ts';
import { DEFAULT_WINDOW, echo, serverOf } from './tool-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Any MCP client, such as a person's, that knows nothing of windows. */
async function connect(tools: readonly Tool[]) {
  const client = new Client({ name: 'person', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([serverOf(tools).connect(theirs), client.connect(ours)]);
  closing.push(() => client.close());
  return client;
}

const META = 'probable-cause/window';

describe('createToolServers', () => {
  it('publishes these tools, and a change to any of them is a change to read with care', async () => {
    const nowhere = { url: 'http://127.0.0.1:1' };
    const client = await connect(
      createToolset({ kubernetes: nowhere, prometheus: nowhere, loki: nowhere }, redact),
    );
    const { tools } = await client.listTools();
    for (const { annotations } of tools) {
      expect(annotations).toEqual({
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      });
    }
    await expect(`${JSON.stringify(tools, null, 2)}\n`).toMatchFileSnapshot('published-tools.txt');
  });

  it('tells a client where to start, and that everything only reads', async () => {
    const client = await connect([echo()]);
    const told = client.getInstructions();
    for (const word of ['Read-only', 'list_environments', 'window']) expect(told).toContain(word);
  });

  it('asks about the default window when the request carries none', async () => {
    const client = await connect([echo()]);
    const result = await client.callTool({ name: 'search_logs', arguments: { word: 'x' } });
    expect(result.structuredContent).toEqual({ word: 'x', window: DEFAULT_WINDOW });
  });

  it.each([
    'yesterday',
    {},
    { from: '2026-11-21', to: '2026-11-22' },
    { from: '2026-11-21T03:00:00Z', to: '2026-11-21T02:00:00Z' },
  ])('refuses the window %j in words rather than ask about another one', async (window) => {
    const client = await connect([echo()]);
    const result = await client.callTool({
      name: 'search_logs',
      arguments: { word: 'x' },
      _meta: { [META]: window },
    });
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toContain('two RFC 3339 instants');
  });

  it('lets no secret out of any tool, in text or in structured content', async () => {
    const secrets = ['hunter2', 'hunter3', 'abc123xyz', 'annotation-hunter2', 'flag-hunter2'];
    const kubernetes = await startFakeKubernetes({ objects: SHOP });
    const prometheus = await startFakePrometheus({
      series: {
        up: [
          sampled({ __name__: 'up', dsn: 'postgres://a:hunter2@db', password: 'hunter3' }, () => 1),
        ],
      },
    });
    const loki = await startFakeLoki({
      streams: [
        {
          stream: { app: 'a', api_key: 'hunter3' },
          values: [
            [ns('03:00:00'), 'connect postgres://orders:hunter2@db/orders token=abc123xyz'],
            [
              ns('03:00:01'),
              '{"req":"{\\"password\\":\\"hunter2\\"}","authorization":"Bearer abc123xyz"}',
            ],
          ],
        },
      ],
    });
    closing.push(kubernetes.close, prometheus.close, loki.close);
    const client = await connect(createToolset({ kubernetes, prometheus, loki }, redact));
    const calls: [string, Record<string, unknown>][] = [
      ['kubectl_get_pods', { namespace: 'shop' }],
      ['kubectl_describe_pod', { namespace: 'shop', name: 'checkout-6b9f7c9d4-x2x4p' }],
      ['query_prometheus', { query: 'up' }],
      ['search_logs', { query: '{app="a"}' }],
    ];
    for (const [name, args] of calls) {
      const result = await client.callTool({ name, arguments: args, _meta: { [META]: WINDOW } });
      expect(result.isError).toBeUndefined();
      const out = JSON.stringify(result);
      expect(secrets.filter((secret) => out.includes(secret))).toEqual([]);
      if (name !== 'kubectl_get_pods') expect(out).toContain('[REDACTED:');
    }
  });

  it('refuses hostile arguments before any system hears of them', async () => {
    const kubernetes = await startFakeKubernetes({ objects: SHOP });
    closing.push(kubernetes.close);
    const client = await connect(createToolset({ kubernetes }, redact));
    for (const name of ['../../secrets/x', '..%2f..%2fsecrets', 'x?watch=true', 'x/log', '$(id)']) {
      const result = await client.callTool({
        name: 'kubectl_describe_pod',
        arguments: { namespace: 'shop', name },
      });
      expect(result.isError).toBe(true);
      expect(JSON.stringify(result.content)).toContain('must be the full name of one object');
    }
    expect(kubernetes.requests).toEqual([]);
  });
});
