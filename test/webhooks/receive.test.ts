import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { jobSchemas } from '../../src/queue/jobs.ts';
import { QueueUnavailable } from '../../src/queue/queue.ts';
import { body, exchange, MAX_BYTES, serve } from './serving.ts';

describe('a good delivery', () => {
  it('is one intake job, and then 202 with the number of alerts and an id', async () => {
    const { queue, post, metrics } = await serve();
    const response = await post(body);
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 3, delivery: 'd-1' });
    expect(queue.jobs).toHaveLength(1);
    const [job] = queue.jobs;
    expect(job).toMatchObject({ kind: 'intake', id: 'd-1' });
    expect(jobSchemas.intake.parse(job?.payload).delivery).toMatchObject({
      id: 'd-1',
      receivedAt: '2026-11-21T03:12:00.000Z',
      truncatedAlerts: 37,
    });
    expect((await metrics.render()).text).toContain(
      'probable_cause_webhooks_received_total{source="alertmanager",outcome="accepted"} 1',
    );
  });

  it('gets another id each time that it arrives', async () => {
    const { queue, post } = await serve();
    await post(body);
    await post(body);
    expect(queue.jobs.map((job) => job.id)).toEqual(['d-1', 'd-2']);
  });

  it('may be several megabytes long', async () => {
    const { queue, post } = await serve();
    const long = { ...JSON.parse(body), commonAnnotations: { summary: 'x'.repeat(8_000_000) } };
    expect((await post(JSON.stringify(long))).status).toBe(202);
    expect(queue.jobs).toHaveLength(1);
  });
});

describe('a body that cannot be used', () => {
  it('is refused with the place where it stops being JSON, and none of its text', async () => {
    const { post } = await serve();
    const response = await post('{\n  "version": "4",\n  "secret": hunter2\n}');
    expect(response.status).toBe(400);
    const answer = await response.json();
    expect(answer).toEqual({
      error: 'malformed_json',
      message: 'The body stops being JSON at line 3, column 13.',
    });
  });

  it('is refused when it is empty', async () => {
    const { post } = await serve();
    const response = await post('');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: 'The body is empty.' });
  });

  it('is refused with the field that is wrong', async () => {
    const { post, metrics } = await serve();
    const response = await post(JSON.stringify({ ...JSON.parse(body), alerts: [] }));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'invalid_body',
      field: 'alerts',
      message: 'alerts: expected at least one alert, got an empty list',
    });
    expect((await metrics.render()).text).toContain('outcome="invalid"} 1');
  });

  it('is refused when it is compressed', async () => {
    const { post } = await serve();
    const response = await post(body, { 'content-encoding': 'gzip' });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({
      message: 'The body must be sent as it is, without Content-Encoding.',
    });
  });

  it('does not exhaust the stack by being deep', async () => {
    const { post, queue } = await serve();
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    expect((await post(deep)).status).toBe(400);
    const inside = body.replace('"commonAnnotations":{}', `"commonAnnotations":${deep}`);
    const response = await post(inside);
    expect(await response.json()).toMatchObject({ field: 'commonAnnotations' });
    expect(queue.jobs).toEqual([]);
  });
});

describe('a body over the limit', () => {
  it('is refused by the length that it declares', async () => {
    const { post, metrics } = await serve();
    const response = await post(Buffer.alloc(MAX_BYTES + 1, 'x'));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      error: 'body_too_large',
      message: expect.stringContaining('8388608 bytes'),
    });
    expect((await metrics.render()).text).toContain('outcome="too_large"} 1');
  });

  it('is refused while an endless one is still being sent', async () => {
    const { url } = await serve();
    const chunk = Buffer.alloc(65_536, 'x');
    const { status, json } = await exchange(url, {}, (client) => {
      const more = () => {
        while (!client.destroyed && client.write(chunk));
        if (!client.destroyed) client.once('drain', more);
      };
      more();
    });
    expect(status).toBe(413);
    expect(json).toMatchObject({ error: 'body_too_large' });
  });
});

it('counts a sender that goes away in the middle of its body', async () => {
  const { url, metrics } = await serve();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    'POST /webhooks/alertmanager HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{',
  );
  socket.end();
  await expect.poll(async () => (await metrics.render()).text).toContain('outcome="aborted"} 1');
  socket.destroy();
});

describe('when the queue does not take it', () => {
  it('answers 503 with Retry-After, so that the sender repeats it', async () => {
    const { post, queue, metrics } = await serve();
    queue.failure = new QueueUnavailable('Redis at 10.0.0.5 is gone');
    const response = await post(body);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: 'queue_unavailable' });
    expect(text).not.toContain('10.0.0.5');
    expect((await metrics.render()).text).toContain('outcome="queue_unavailable"} 1');
  });

  it('answers 503 when it does not say whether it did', async () => {
    const { post, queue } = await serve([], 20);
    queue.failure = 'hangs';
    expect((await post(body)).status).toBe(503);
  });

  it('answers 500 without details when it breaks', async () => {
    const { post, queue, metrics } = await serve();
    queue.failure = new TypeError('secret internals');
    const response = await post(body);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret internals');
    expect((await metrics.render()).text).toContain('outcome="error"} 1');
  });
});
