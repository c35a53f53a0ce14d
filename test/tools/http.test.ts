import { afterEach, describe, expect, it } from 'vitest';
import { ask, type Endpoint, withoutAddresses } from '../../src/tools/http.ts';
import { type HttpFake, startHttpFake } from '../fakes/http-fake.ts';
import { toolError } from './run.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function start(
  body: object | string = 'ok',
  status = 200,
  headers: Record<string, string> = {},
) {
  const fake = await startHttpFake(() => ({ status, body, headers }));
  open.push(fake);
  return fake;
}

function endpoint(url: string, more: Partial<Endpoint> = {}): Endpoint {
  return { system: 'Prometheus', url, headers: {}, timeoutMs: 5_000, maxBytes: 1_000, ...more };
}

function query(signal = new AbortController().signal) {
  return {
    method: 'GET' as const,
    path: '/api',
    params: new URLSearchParams({ a: 'b c' }),
    signal,
  };
}

describe('ask', () => {
  it('keeps the path prefix of the configured URL and sends the headers', async () => {
    const fake = await start();
    await ask(endpoint(`${fake.url}/prometheus/`, { headers: { 'x-tenant': 'a' } }), query());
    expect(fake.requests[0]).toMatchObject({
      path: '/prometheus/api',
      headers: { 'x-tenant': 'a' },
    });
    expect(fake.requests[0]?.params.get('a')).toBe('b c');
  });

  it('sends credentials of the URL as a header', async () => {
    const fake = await start();
    await ask(endpoint(fake.url.replace('//', '//user:p%40ss@')), query());
    expect(fake.requests[0]?.headers.authorization).toBe(`Basic ${btoa('user:p@ss')}`);
  });

  it('follows no redirect', async () => {
    const other = await start();
    const fake = await start('', 302, { location: other.url });
    expect(await toolError(ask(endpoint(fake.url), query()))).toContain('redirect (HTTP 302)');
    expect(other.requests).toEqual([]);
  });

  it('stops reading an answer that is too long', async () => {
    const fake = await start('x'.repeat(100_000));
    const message = await toolError(
      ask(endpoint(fake.url, { maxBytes: 1024 * 1024 * 0.05 }), query()),
    );
    expect(message).toContain('more than 0.1 MiB');
  });

  it('gives up after its timeout', async () => {
    const fake = await start();
    fake.failNext({ kind: 'hang' });
    const message = await toolError(ask(endpoint(fake.url, { timeoutMs: 50 }), query()));
    expect(message).toBe('Prometheus did not answer within 0.05 s.');
  });

  it('rejects with the reason of the signal when aborted, before and during the request', async () => {
    const fake = await start();
    const reason = new Error('stop');
    await expect(ask(endpoint(fake.url), query(AbortSignal.abort(reason)))).rejects.toBe(reason);
    expect(fake.requests).toEqual([]);

    fake.failNext({ kind: 'hang' });
    const controller = new AbortController();
    const arrived = fake.nextRequest();
    const asked = ask(endpoint(fake.url), query(controller.signal));
    await arrived;
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  it('says that nobody listens, without the host', async () => {
    const fake = await start();
    await fake.close();
    const message = await toolError(ask(endpoint(fake.url), query()));
    expect(message).toBe('Prometheus cannot be reached (connection refused).');
  });

  it('says that the connection broke', async () => {
    const fake = await start();
    fake.failNext({ kind: 'reset' });
    expect(await toolError(ask(endpoint(fake.url), query()))).toMatch(
      /^Prometheus cannot be reached \(connection /,
    );
  });

  it('says that a URL is none', async () => {
    expect(await toolError(ask(endpoint('not a url'), query()))).toContain('its URL is not valid');
  });
});

describe('withoutAddresses', () => {
  it.each([
    ['Post "http://thanos.monitoring.svc:10902/api": EOF', 'Post "<address>": EOF'],
    [
      'dial tcp 10.2.3.4:9090: connect: connection refused',
      'dial tcp <address>: connect: connection refused',
    ],
    ['lookup mimir on 10.96.0.10:53: no such host', 'lookup <address> on <address>: no such host'],
    ['ingester mimir-0.mimir.svc:9095 failed', 'ingester <address> failed'],
    ['1:5: parse error: unexpected "}"', '1:5: parse error: unexpected "}"'],
  ])('turns %j into %j', (text, expected) => {
    expect(withoutAddresses(text)).toBe(expected);
  });
});
