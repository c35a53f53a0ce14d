import { describe, expect, it } from 'vitest';
import { lokiWorld } from '../examples/loki.ts';
import { toolError } from '../run.ts';
import { ns } from '../shop.ts';
import { serveLoki } from './serving.ts';

const PODS = Array.from({ length: 250 }, (_, index) => ({
  stream: { app: 'a', pod: `pod-${String(index).padStart(3, '0')}` },
  values: [[ns('03:00:00'), 'x'] as const],
}));

describe('log_labels', () => {
  it('lists the labels of a selector with their values, whatever the query does with the lines', async () => {
    const { call, asked } = await serveLoki(lokiWorld);
    expect(
      (await call('log_labels', { query: '{namespace="shop"} |= "x"' })).text,
    ).toMatchInlineSnapshot(`
      "4 labels of {namespace="shop"} in 3 streams from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z
      LABEL      VALUES
      app        3       checkout, orders-db, web
      container  1       app
      namespace  1       shop
      pod        3       checkout-6b9f7c9d4-x2x4p, orders-db-0, web-5c7d8-q9w8e"
    `);
    expect(asked('series')).toMatchObject([{ 'match[]': '{namespace="shop"}' }]);
  });

  it('lists those of all streams without a selector', async () => {
    const { call, asked } = await serveLoki(lokiWorld);
    expect((await call('log_labels', {})).text).toMatch(/^namespace +2 +quiet, shop$/m);
    expect((await call('log_labels', { label: 'app' })).text).toBe(
      'app from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z: 4 values\nbackup\ncheckout\norders-db\nweb',
    );
    expect(asked('series')).toEqual([]);
  });

  it('tells how many values there are when it does not show all', async () => {
    const { call } = await serveLoki({ streams: PODS });
    expect((await call('log_labels', { query: '{app="a"}' })).text).toMatch(
      /^pod +250 +pod-000, .*pod-007, …$/m,
    );
    const { text, structured } = await call('log_labels', { query: '{app="a"}', label: 'pod' });
    expect(text).toContain(': 250 values in 250 streams, the first 200\npod-000\n');
    expect(text).toContain('Name more labels in query');
    expect(structured.labels).toMatchObject([{ name: 'pod', count: 250 }]);
  });

  it('cuts many labels, and says so', async () => {
    const stream = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`l${index}`, 'x']));
    const { call } = await serveLoki({ streams: [{ stream, values: [[ns('03:00:00'), 'x']] }] });
    const { text } = await call('log_labels', { query: '{l1="x"}' });
    expect(text).toContain('40 labels of {l1="x"} in 1 stream');
    expect(text).toContain('10 more labels; name one in label to see its values.');
  });

  it('says what to ask for instead of a label that nothing has', async () => {
    const { call, asked } = await serveLoki(lokiWorld);
    const over = 'from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z';
    expect((await call('log_labels', { label: 'nope' })).text).toBe(
      `No nope ${over}.\nThere are: app, container, namespace, pod.`,
    );
    const query = '{namespace="shop"}';
    expect((await call('log_labels', { label: 'contaner', query })).text).toBe(
      `No contaner of ${query} ${over}.\nDid you mean container?`,
    );
    expect(asked('labels')).toHaveLength(1);
  });

  it('asks within the time', async () => {
    const { call } = await serveLoki({ streams: PODS });
    expect((await call('log_labels', { query: '{app="a"}', since: '5m' })).text).toBe(
      'No label of {app="a"} from 2026-11-21T03:07:00Z to 2026-11-21T03:12:00Z.',
    );
  });

  it('refuses what is no name and what is no selector', async () => {
    const { fake, call } = await serveLoki({ streams: PODS });
    await expect(call('log_labels', { label: '../admin' })).rejects.toThrow(
      'is no name of a label',
    );
    expect(await toolError(call('log_labels', { query: 'app' }))).toContain('is no query');
    expect(fake.requests).toEqual([]);
  });
});
