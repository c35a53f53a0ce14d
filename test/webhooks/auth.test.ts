import { describe, expect, it } from 'vitest';
import { body, exchange, serve } from './serving.ts';

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('with tokens', () => {
  it.each([
    ['the one bearer token', 'Bearer old-token'],
    ['the other', 'bearer new-token'],
    ['basic authentication with any user', basic('alertmanager', 'new-token')],
    ['basic authentication without a user', basic('', 'old-token')],
  ])('takes %s', async (_what, authorization) => {
    const { post } = await serve(['old-token', 'new-token']);
    expect((await post(body, { authorization })).status).toBe(202);
  });

  it.each([
    ['no header', undefined, 'no Authorization header'],
    ['a wrong token', 'Bearer wrong', 'none of those in WEBHOOK_TOKEN'],
    ['the start of a token', 'Bearer old-toke', 'none of those in WEBHOOK_TOKEN'],
    ['both tokens', 'Bearer old-token,new-token', 'none of those in WEBHOOK_TOKEN'],
    ['a wrong password', basic('old-token', 'wrong'), 'none of those in WEBHOOK_TOKEN'],
    ['another scheme', 'Digest username="x"', 'neither "Bearer <token>" nor "Basic'],
    ['a bare token', 'old-token', 'neither "Bearer <token>" nor "Basic'],
    ['basic authentication without a password', 'Basic b2xkLXRva2Vu', 'neither "Bearer'],
  ])('answers %s with 401, how to do it, and no job', async (_what, authorization, words) => {
    const { post, queue, metrics } = await serve(['old-token', 'new-token']);
    const response = await post(body, authorization === undefined ? {} : { authorization });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer realm=');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: 'unauthorized' });
    expect(JSON.parse(text).message).toContain(words);
    expect(text).not.toContain('old-token');
    expect(queue.jobs).toEqual([]);
    expect((await metrics.render()).text).toContain('outcome="unauthorized"} 1');
  });

  it('checks the sender before it reads the body', async () => {
    const { url } = await serve(['t']);
    const { status } = await exchange(url, { 'content-length': '1000' }, () => {});
    expect(status).toBe(401);
  });
});

describe('without tokens', () => {
  it.each([
    ['a foreign name for this address', { host: 'rebound.example.org' }],
    ['a page of another site', { origin: 'https://evil.example.org' }],
    ['an opaque page', { origin: 'null' }],
    ['a proxy', { 'x-forwarded-for': '203.0.113.9' }],
  ])('refuses %s with 403 and what to do', async (_what, headers) => {
    const { url, queue } = await serve();
    const { status, json } = await exchange(url, headers, (client) => client.end(body));
    expect(status).toBe(403);
    expect(json).toMatchObject({
      error: 'forbidden',
      message: expect.stringContaining('Set WEBHOOK_TOKEN'),
    });
    expect(queue.jobs).toEqual([]);
  });
});
