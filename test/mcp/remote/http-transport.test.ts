import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type FakeReply,
  type FakeRequest,
  type HttpFake,
  startHttpFake,
} from '../../fakes/http-fake.ts';
import { context, listed, openServers } from './servers.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const Message = z.object({
  id: z.number().optional(),
  method: z.string(),
  params: z.looseObject({}).optional(),
});

/** A server with one tool and sessions that it can forget, as when it is started again. */
async function startServer(): Promise<{ fake: HttpFake; forget: () => void }> {
  let session = 1;
  const reply = (id: number | undefined, result: object): FakeReply => ({
    status: 200,
    body: { jsonrpc: '2.0', id, result },
    headers: { 'mcp-session-id': `session-${session}` },
  });
  const answer = ({ method, headers, body }: FakeRequest): FakeReply => {
    if (method !== 'POST') return { status: method === 'DELETE' ? 200 : 405, body: '' };
    const { id, method: asked, params } = Message.parse(JSON.parse(body));
    if (asked === 'initialize') {
      const { protocolVersion } = params ?? {};
      const serverInfo = { name: 'fake', version: '1' };
      return reply(id, { protocolVersion, capabilities: { tools: {} }, serverInfo });
    }
    if (headers['mcp-session-id'] !== `session-${session}`) return { status: 404, body: 'gone' };
    if (id === undefined) return { status: 202, body: '' };
    if (asked === 'tools/list') return reply(id, { tools: [listed('echo')] });
    return reply(id, { content: [{ type: 'text', text: 'Bearer let-me-in-please, you said' }] });
  };
  const fake = await startHttpFake(answer);
  closing.push(fake.close);
  return {
    fake,
    forget() {
      session += 1;
    },
  };
}

function open(url: string) {
  const headers = { Authorization: 'Bearer let-me-in-please' };
  const remote = openServers([
    { name: 'far', allow: ['echo'], endpoint: { kind: 'url', url: `${url}/mcp`, headers } },
  ]);
  closing.push(remote.close);
  return remote;
}

it('sends the configured headers with every request, and hides them when they come back', async () => {
  const { fake } = await startServer();
  const remote = open(fake.url);
  await remote.acceptAll();
  const { text } = await (await remote.tool('far_echo')).run({}, context());
  expect(text).toBe('[the value of Authorization], you said');
  expect(new Set(fake.requests.map(({ headers }) => headers.authorization))).toEqual(
    new Set(['Bearer let-me-in-please']),
  );
  expect(fake.requests.map(({ method }) => method)).not.toContain('GET');
});

it('begins a new session when the server has forgotten the old one', async () => {
  const { fake, forget } = await startServer();
  const remote = open(fake.url);
  await remote.acceptAll();
  const tool = await remote.tool('far_echo');
  forget();
  expect((await tool.run({}, context())).text).toContain('you said');
});

it('says goodbye to the server', async () => {
  const { fake } = await startServer();
  const remote = open(fake.url);
  await remote.acceptAll();
  await remote.close();
  expect(fake.requests.at(-1)).toMatchObject({ method: 'DELETE' });
});

it('never follows a redirect', async () => {
  const elsewhere = await startHttpFake(() => ({ status: 200, body: {} }));
  closing.push(elsewhere.close);
  const fake = await startHttpFake(() => ({
    status: 307,
    body: '',
    headers: { location: `${elsewhere.url}/mcp` },
  }));
  closing.push(fake.close);
  const { gaps } = await open(fake.url).catalogue();
  expect(gaps).toEqual([
    expect.stringContaining('The MCP server far answered with a redirect (HTTP 307)'),
  ]);
  expect(elsewhere.requests).toEqual([]);
});

it.each([
  ['refuses us', { status: 401, body: 'no' }, 'The MCP server far refused the request (HTTP 401).'],
  [
    'answers with too much',
    { status: 200, body: 'x'.repeat(5 * 1024 * 1024) },
    'The MCP server far answered with more than 4 MiB.',
  ],
])('says that a server %s, without its address', async (_name, reply, words) => {
  const fake = await startHttpFake(() => reply);
  closing.push(fake.close);
  const { gaps } = await open(fake.url).catalogue();
  expect(gaps).toEqual([expect.stringContaining(words)]);
  expect(gaps.join()).not.toContain('127.0.0.1');
});

it('leaves a server alone for a while that has nothing at that address', async () => {
  const fake = await startHttpFake(() => ({ status: 404, body: 'not found' }));
  closing.push(fake.close);
  const remote = open(fake.url);
  const { gaps } = await remote.catalogue();
  expect(gaps.join()).toContain('The MCP server far refused the request (HTTP 404).');
  expect(await remote.catalogue()).toEqual({ tools: [], gaps, withheld: [] });
  expect(fake.requests).toHaveLength(1);
});

it('says that a server is not there', async () => {
  const fake = await startHttpFake(() => ({ status: 200, body: {} }));
  await fake.close();
  const { gaps } = await open(fake.url).catalogue();
  expect(gaps).toEqual([
    'The tools of far are missing. The MCP server far cannot be reached (connection refused).',
  ]);
});
