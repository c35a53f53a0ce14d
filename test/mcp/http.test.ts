import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import type { AuditEntry } from '../../src/mcp/audit.ts';
import { createMcpRouter, type McpRouterOptions } from '../../src/mcp/http.ts';
import type { RefusalReason } from '../../src/mcp/http-access.ts';
import { createRefusals } from '../../src/mcp/refusals.ts';
import { createApp } from '../../src/web/app.ts';
import { listen } from '../../src/web/listen.ts';
import { echo, memoryLog, type ServersOptions, serversOf } from './tool-server.ts';

const CALL = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'search_logs', arguments: { word: 'hello' } },
};

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

async function serve(
  access: Partial<McpRouterOptions> = {},
  options: ServersOptions = {},
  tool = echo(),
) {
  const entries: AuditEntry[] = [];
  const { log, lines } = memoryLog();
  const serverFor = serversOf([tool], { record: (entry) => void entries.push(entry), ...options });
  const refused: RefusalReason[] = [];
  let now = Date.parse('2026-11-21T03:12:00Z');
  const refusals = createRefusals({
    count: (reason) => void refused.push(reason),
    clock: { now: () => new Date(now) },
    log,
  });
  const router = createMcpRouter({
    serverFor,
    refusals,
    tokens: [],
    allowedHosts: [],
    allowedOrigins: [],
    ...access,
  });
  const server = await listen(createApp([router], log), { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close(0));
  const passSeconds = (seconds: number) => {
    now += seconds * 1_000;
  };
  return { url: `${server.url}/mcp`, entries, refused, lines, send, passSeconds };

  /** Not fetch, which keeps Host and Origin to itself. */
  async function send(
    body: string | object,
    headers: Record<string, string> = {},
    method = 'POST',
  ): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
    const asked = request(`${server.url}/mcp`, { method, headers: { ...HEADERS, ...headers } });
    asked.end(typeof body === 'string' ? body : JSON.stringify(body));
    const [response]: IncomingMessage[] = await once(asked, 'response');
    if (response === undefined) throw new Error('there was no response');
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: await text(response),
    };
  }
}

const tokens = [new Secret('old-token'), new Secret('new-token')];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('MCP over HTTP', () => {
  it('serves a real client, without a session', async () => {
    const { url, entries } = await serve({ tokens });
    const client = new Client({ name: 'agent', version: '1' });
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: { ...bearer('new-token'), 'user-agent': 'agent/1' } },
    });
    onTestFinished(() => client.close());
    await client.connect(transport);
    expect(transport.sessionId).toBeUndefined();
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['search_logs']);
    const result = await client.callTool({ name: 'search_logs', arguments: { word: 'hello' } });
    expect(result.structuredContent).toMatchObject({ word: 'hello' });
    expect(entries).toMatchObject([
      {
        client: 'agent/1',
        caller: expect.stringMatching(/^token [0-9a-f]{8}$/),
        address: '127.0.0.1',
        outcome: 'ok',
      },
    ]);
  });

  it('answers each request by itself, with JSON: what a client knows survives a restart', async () => {
    const { send } = await serve();
    const { status, headers, body } = await send(CALL);
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('application/json');
    expect(headers['mcp-session-id']).toBeUndefined();
    expect(JSON.parse(body)).toMatchObject({ id: 1, result: { content: [{ text: 'hello' }] } });
  });

  it('takes a notification without an answer', async () => {
    const { send } = await serve();
    const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
    expect(await send(notification)).toMatchObject({ status: 202, body: '' });
  });

  it('tells the tool to stop when the client goes away', async () => {
    const asked = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const told = Promise.withResolvers<AuditEntry>();
    const tool = echo('search_logs', async (_word, { signal }) => {
      signal.addEventListener('abort', () => stopped.resolve());
      asked.resolve();
      return await new Promise(() => {});
    });
    const { url } = await serve({}, { record: told.resolve }, tool);
    const controller = new AbortController();
    const { signal } = controller;
    const gone = fetch(url, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(CALL),
      signal,
    });
    await asked.promise;
    controller.abort();
    await expect(gone).rejects.toThrow();
    await stopped.promise;
    expect((await told.promise).outcome).toBe('cancelled');
  });

  it.each(['GET', 'DELETE', 'PUT'])('has no %s, and says what there is', async (method) => {
    const { send } = await serve();
    const { status, headers } = await send('', {}, method);
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'POST' });
  });

  it.each<[string, string | object, Record<string, string>, number, number]>([
    ['no JSON', '{"jsonrpc": ', {}, 400, -32700],
    ['nothing', '', {}, 400, -32600],
    ['a batch', [CALL, CALL], {}, 400, -32600],
    ['another object', { method: 'ping' }, {}, 400, -32600],
    ['another value', '7', {}, 400, -32600],
    ['text', CALL, { 'content-type': 'text/plain' }, 415, -32000],
    ['JSON by another name', CALL, { 'content-type': 'application/json-rpc' }, 415, -32000],
    ['something compressed', CALL, { 'content-encoding': 'gzip' }, 415, -32000],
    ['too much', { ...CALL, params: 'x'.repeat(256_000) }, {}, 413, -32000],
    ['an unknown version', CALL, { 'mcp-protocol-version': '1999-01-01' }, 400, -32000],
    ['a wish for HTML', CALL, { accept: 'text/html' }, 406, -32000],
  ])('refuses %s in the words of JSON-RPC', async (_what, body, headers, status, code) => {
    const { send, entries, lines } = await serve();
    const response = await send(body, headers);
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body)).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code, message: expect.any(String) },
    });
    expect(entries).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('wants one of its tokens, tells callers apart by them, and gives none away', async () => {
    const { send, entries } = await serve({ tokens });
    for (const headers of [{}, bearer('wrong'), { authorization: 'Basic b2xkLXRva2Vu' }]) {
      const { status, headers: answered, body } = await send(CALL, headers);
      expect({ status, challenge: answered['www-authenticate'] }).toEqual({
        status: 401,
        challenge: 'Bearer realm="probable-cause"',
      });
      expect(body).toContain('MCP_TOKEN');
    }
    expect((await send(CALL, bearer('old-token'))).status).toBe(200);
    expect((await send(CALL, bearer('new-token'))).status).toBe(200);
    expect(new Set(entries.map(({ caller }) => caller)).size).toBe(2);
    expect(JSON.stringify(entries)).not.toMatch(/(old|new)-token/);
  });

  it('cannot be called by a page of another site, whatever name it uses for us', async () => {
    const { send, entries } = await serve({ tokens });
    for (const headers of [
      { host: 'evil.example.org' },
      { host: '127.0.0.1.evil.example.org' },
      { origin: 'https://evil.example.org' },
      { origin: 'null' },
    ]) {
      const { status, body } = await send(CALL, { ...bearer('new-token'), ...headers });
      expect(status).toBe(403);
      expect(JSON.parse(body).error.message).toMatch(/MCP_ALLOWED_(HOSTS|ORIGINS)/);
    }
    expect(entries).toEqual([]);
  });

  it('can be called by the names and pages that are allowed, which a browser is told', async () => {
    const { send } = await serve({
      tokens,
      allowedHosts: ['mcp.example.org'],
      allowedOrigins: ['https://chat.example.org'],
    });
    const page = { host: 'MCP.example.org:8443', origin: 'https://chat.example.org' };
    const preflight = await send('', page, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://chat.example.org',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringContaining('Authorization'),
    });
    const called = await send(CALL, { ...page, ...bearer('old-token') });
    expect(called.status).toBe(200);
    expect(called.headers['access-control-allow-origin']).toBe('https://chat.example.org');
  });

  it('can be called by a page of this machine that knows a token, such as that of the inspector', async () => {
    const { send } = await serve({ tokens });
    const page = { origin: 'http://localhost:6274' };
    const preflight = await send('', page, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('http://localhost:6274');
    const called = await send(CALL, { ...page, ...bearer('old-token') });
    expect(called.status).toBe(200);
    expect(called.headers['access-control-allow-origin']).toBe('http://localhost:6274');
  });

  it('without a token is shown to no page of this machine but a named one', async () => {
    const page = { origin: 'http://localhost:6274' };
    const { send } = await serve();
    expect((await send('', page, 'OPTIONS')).status).toBe(405);
    expect((await send(CALL, page)).headers['access-control-allow-origin']).toBeUndefined();
    const named = await serve({ allowedOrigins: ['http://localhost:6274'] });
    expect((await named.send('', page, 'OPTIONS')).status).toBe(204);
    expect((await named.send(CALL, page)).status).toBe(200);
  });

  it('counts whom it turns away, and says so once a minute for each reason, without what they sent', async () => {
    const { send, refused, lines, passSeconds } = await serve({ tokens });
    for (const token of ['guess-1', 'guess-2', 'guess-3']) await send(CALL, bearer(token));
    await send(CALL);
    await send(CALL, { ...bearer('guess-4'), host: 'evil.example.org' });
    passSeconds(61);
    await send(CALL, bearer('guess-5'));
    await send(CALL, { ...bearer('old-token'), origin: 'https://evil.example.org' });
    expect(refused).toEqual([
      ...Array(3).fill('wrong_token'),
      'no_token',
      'host',
      'wrong_token',
      'origin',
    ]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, reason: 'wrong_token', address: '127.0.0.1', count: 1 },
      { reason: 'no_token', count: 1 },
      { reason: 'host', count: 1 },
      { reason: 'wrong_token', count: 3 },
      { reason: 'origin', count: 1 },
    ]);
    expect(lines.join()).not.toMatch(/guess|evil|old-token/);
  });

  it('without tokens answers programs of this machine, and no proxy that stands before it', async () => {
    const { send, entries } = await serve({ allowedHosts: ['mcp.example.org'] });
    expect((await send(CALL)).status).toBe(200);
    expect((await send(CALL, { host: 'mcp.example.org' })).status).toBe(403);
    for (const header of [
      'forwarded',
      'via',
      'x-real-ip',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
    ]) {
      const proxied = await send(CALL, { [header]: 'for=10.0.0.7' });
      expect(proxied.status).toBe(403);
      expect(proxied.body).toContain('Set MCP_TOKEN');
    }
    expect(entries.map(({ caller }) => caller)).toEqual(['this machine']);
  });
});
