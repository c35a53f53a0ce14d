import { expect, it } from 'vitest';
import { groupIdOf } from '../../src/incident/identity.ts';
import { decode } from '../../webhooks/sources/generic/decode.ts';
import { deliveryOf, payload, receipt, refusalOf } from './payloads.ts';

const example = payload('generic.json');
const minimal = { key: 'k', title: 'DiskFull', startsAt: '2026-11-21T03:00:00Z' };

it('makes a delivery of one alert out of the example that is shipped', () => {
  const labels = {
    alertname: 'NightlyBackupFailed',
    severity: 'warning',
    namespace: 'shop',
    cronjob: 'orders-db-backup',
  };
  const annotations = { summary: 'The backup of orders-db ended with exit code 1.' };
  expect(decode(example, receipt)).toEqual({
    ...receipt,
    source: 'generic',
    receiver: 'generic',
    groupKey: 'backup/orders-db',
    status: 'firing',
    groupLabels: {},
    commonLabels: labels,
    commonAnnotations: annotations,
    externalUrl: 'https://backups.example.org/orders-db',
    truncatedAlerts: 0,
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAt: '2026-11-03T03:07:12Z',
        endsAt: null,
        generatorUrl: 'https://backups.example.org/orders-db',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ],
  });
});

it('needs a key, a title and a start, and fires unless it says otherwise', () => {
  expect(decode(minimal, receipt)).toMatchObject({
    status: 'firing',
    commonLabels: { alertname: 'DiskFull' },
    alerts: [{ endsAt: null, generatorUrl: null }],
  });
});

it('is the same alert of the same group when its labels change and when it is resolved', () => {
  const first = deliveryOf(decode, minimal);
  const last = deliveryOf(decode, { ...minimal, status: 'resolved', labels: { disk: 'sda' } });
  expect(groupIdOf(last)).toBe(groupIdOf(first));
  expect(last.alerts[0]?.fingerprint).toBe(first.alerts[0]?.fingerprint);
  expect(last.alerts[0]?.endsAt).toBe(receipt.receivedAt);
  const said = { ...minimal, status: 'resolved', endsAt: '2026-11-21T03:05:00Z' };
  expect(deliveryOf(decode, said).alerts[0]?.endsAt).toBe('2026-11-21T03:05:00Z');
});

it.each([
  [[], 'body', 'expected a JSON object, got an empty list'],
  [{ ...minimal, key: '' }, 'key', 'expected text that is not empty, got an empty text'],
  [{ ...minimal, title: undefined }, 'title', 'expected text, got nothing'],
  [{ ...minimal, startsAt: undefined }, 'startsAt', 'expected a time such as'],
  [{ ...minimal, status: 'on' }, 'status', 'expected "firing" or "resolved"'],
  [{ ...minimal, labels: { a: 1 } }, 'labels.a', 'expected text, got a number'],
  [
    { ...minimal, label: {} },
    'label',
    'label: expected only the fields key, status, title, severity, startsAt',
  ],
])('%# is refused by its field, without its content', (body, field, words) => {
  const refused = refusalOf(decode, body);
  expect(refused.field).toBe(field);
  expect(refused.message).toContain(words);
});
