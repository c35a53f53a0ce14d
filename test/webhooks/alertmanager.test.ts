import { describe, expect, it } from 'vitest';
import { decode } from '../../webhooks/sources/alertmanager/decode.ts';
import { encodeAlertmanager } from '../../webhooks/sources/alertmanager/encode.ts';
import { payload, receipt, refusalOf } from './payloads.ts';
import { MAX_BYTES } from './serving.ts';

const firing = payload('real-am0.25-firing.json');
const alertOf = (changes: object) => ({
  ...firing,
  alerts: [{ labels: { a: 'b' }, annotations: {}, startsAt: '2026-11-21T03:00:00Z', ...changes }],
});

describe('a firing body', () => {
  it('keeps what is used and drops what is not', () => {
    expect(decode({ ...firing, somethingNew: {} }, receipt)).toEqual({
      ...receipt,
      source: 'alertmanager',
      receiver: 'hook',
      status: 'firing',
      groupKey: '{}:{alertname="NodeLoadHigh", namespace="default"}',
      groupLabels: { alertname: 'NodeLoadHigh', namespace: 'default' },
      commonLabels: expect.objectContaining({ cluster: 'rig' }),
      commonAnnotations: { summary: 'load1 is 5.68' },
      externalUrl: 'http://vm:19093',
      truncatedAlerts: 0,
      alerts: [
        {
          status: 'firing',
          labels: expect.objectContaining({ alertname: 'NodeLoadHigh' }),
          annotations: { summary: 'load1 is 5.68' },
          startsAt: '2026-11-21T01:33:01.61Z',
          endsAt: null,
          generatorUrl: 'http://vm:19090/graph?g0.expr=node_load1+%3E%3D+0&g0.tab=1',
          fingerprint: 'd43c6767ba556010',
        },
      ],
    });
  });

  it('keeps why it was sent and the labels of its route, which newer ones say', () => {
    const said = { notification_reason: 'repeat interval elapsed', routeLabels: { team: 'shop' } };
    const delivery = decode({ ...firing, ...said }, receipt);
    expect(delivery).toMatchObject({
      notificationReason: 'repeat interval elapsed',
      routeLabels: { team: 'shop' },
    });
    expect(decode(encodeAlertmanager(delivery), receipt)).toEqual(delivery);
  });

  it('may say that more was left out than a database can count', () => {
    const cut = decode({ ...firing, truncatedAlerts: 3_000_000_000 }, receipt);
    expect(cut.truncatedAlerts).toBe(2_147_483_647);
  });

  it('is not refused for what is only good to know', () => {
    const odd = { notification_reason: ['x'], routeLabels: { a: 1 } };
    expect(decode({ ...firing, ...odd }, receipt)).toEqual(decode(firing, receipt));
  });

  it('may be a group of 5,000 alerts in 8 MB', () => {
    const [one] = Array.isArray(firing.alerts) ? firing.alerts : [];
    const description = 'x'.repeat(1_150);
    const alerts = Array.from({ length: 5_000 }, (_, index) => ({
      ...one,
      fingerprint: `f${index}`,
      labels: { ...one.labels, pod: `checkout-${index}` },
      annotations: { description },
    }));
    const body = JSON.stringify({ ...firing, alerts });
    expect(body.length).toBeGreaterThan(7_500_000);
    expect(body.length).toBeLessThan(MAX_BYTES);
    expect(decode(JSON.parse(body), receipt).alerts).toHaveLength(5_000);
  });

  it('counts the alerts that the sender left out', () => {
    expect(decode(payload('real-am0.33-truncated37.json'), receipt).truncatedAlerts).toBe(37);
  });
});

describe('the end of an alert', () => {
  const endOf = (changes: object) => decode(alertOf(changes), receipt).alerts[0];

  it('is null while it fires, whether the sender says zero, a future time or nothing', () => {
    for (const endsAt of ['0001-01-01T00:00:00Z', '2026-11-21T03:16:00Z', null, undefined]) {
      expect(endOf({ status: 'firing', endsAt })).toMatchObject({ status: 'firing', endsAt: null });
    }
  });

  it('is kept when it is resolved', () => {
    const endsAt = '2026-11-21T03:05:00.123456789+01:00';
    expect(endOf({ status: 'resolved', endsAt })).toMatchObject({ status: 'resolved', endsAt });
  });

  it('tells the status of an alert that has none', () => {
    expect(endOf({ endsAt: '2026-11-21T03:11:59Z' })?.status).toBe('resolved');
    expect(endOf({ endsAt: '2026-11-21T03:12:01Z' })?.status).toBe('firing');
    expect(endOf({})?.status).toBe('firing');
  });
});

describe('the fingerprint', () => {
  const fingerprint = (changes: object) =>
    decode(alertOf(changes), receipt).alerts[0]?.fingerprint ?? '';

  it('is made of the labels when the sender has none, whatever their order', () => {
    const one = fingerprint({ labels: { a: 'b', c: 'd' } });
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprint({ labels: { c: 'd', a: 'b' }, fingerprint: '' })).toBe(one);
    expect(fingerprint({ labels: { a: 'b', c: 'e' } })).not.toBe(one);
    expect(fingerprint({ labels: { a: 'bc', d: '' } })).not.toBe(one);
  });
});

describe('a body that cannot be used', () => {
  it.each([
    [[], 'body', 'body: expected a JSON object, got an empty list'],
    ['text', 'body', 'expected a JSON object, got another text'],
    [null, 'body', 'expected a JSON object, got null'],
    [{}, 'version', 'expected "4", got nothing'],
    [{ ...firing, version: '3' }, 'version', 'expected "4", got "3". Upgrade the Alertmanager'],
    [{ ...firing, version: 4 }, 'version', 'expected "4", got a number. This is not the body'],
    [{ ...firing, alerts: [] }, 'alerts', 'alerts: expected at least one alert, got an empty list'],
    [{ ...firing, alerts: {} }, 'alerts', 'alerts: expected a list of alerts, got an object'],
    [{ ...firing, alerts: [1] }, 'alerts[0]', 'alerts[0]: expected an object, got a number'],
    [{ ...firing, receiver: 1 }, 'receiver', 'receiver: expected text, got a number'],
    [{ ...firing, groupKey: '' }, 'groupKey', 'groupKey: expected text that is not empty'],
    [
      { ...firing, groupLabels: [] },
      'groupLabels',
      'expected an object of texts, got an empty list',
    ],
    [{ ...firing, status: 'on' }, 'status', 'expected "firing" or "resolved", got another text'],
    [
      { ...firing, truncatedAlerts: -1 },
      'truncatedAlerts',
      'expected a whole number, got a number',
    ],
    [alertOf({ labels: { pod: 7 } }), 'alerts[0].labels.pod', 'expected text, got a number'],
    [alertOf({ startsAt: 'now' }), 'alerts[0].startsAt', 'expected a time such as'],
    [
      alertOf({ startsAt: '0001-01-01T00:00:00Z' }),
      'alerts[0].startsAt',
      'expected a time such as',
    ],
    [alertOf({ startsAt: undefined }), 'alerts[0].startsAt', 'got nothing'],
    [alertOf({ endsAt: '' }), 'alerts[0].endsAt', 'got an empty text'],
  ])('%# is refused by its field, without its content', (body, field, words) => {
    const refused = refusalOf(decode, body);
    expect(refused.field).toBe(field);
    expect(refused.message).toContain(words);
  });

  it('is told by its first mistake only, however many there are', () => {
    const labels = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`l${i}`, i]));
    expect(refusalOf(decode, { ...firing, commonLabels: labels }).field).toBe('commonLabels.l0');
    expect(refusalOf(decode, { ...firing, alerts: Array(200_000).fill(0) }).field).toBe(
      'alerts[0]',
    );
  });

  it('does not give a long field name back', () => {
    const refused = refusalOf(decode, alertOf({ labels: { ['x'.repeat(5_000)]: 1 } }));
    expect(refused.message.length).toBeLessThan(600);
  });
});

it('replaces what PostgreSQL cannot store: NUL and halves of surrogate pairs', () => {
  const { alerts } = decode(alertOf({ labels: { 'a\0': 'x\0y', b: '\ud800!', c: '😀' } }), receipt);
  expect(alerts[0]?.labels).toEqual({ 'a\ufffd': 'x\ufffdy', b: '\ufffd!', c: '😀' });
});

it('is not fooled by labels named like parts of JavaScript objects', () => {
  const labels = JSON.parse('{"__proto__": "x", "constructor": "y", "toString": "z"}');
  const decoded = decode(alertOf({ labels }), receipt).alerts[0]?.labels;
  expect(decoded).toMatchObject({ constructor: 'y', toString: 'z' });
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
});

it.each(['real-am0.25-firing.json', 'real-am0.25-resolved.json', 'real-am0.33-truncated37.json'])(
  'encodes the delivery of %s into a body that decodes to the same',
  (name) => {
    const delivery = decode(payload(name), receipt);
    expect(decode(encodeAlertmanager(delivery), receipt)).toEqual(delivery);
  },
);
