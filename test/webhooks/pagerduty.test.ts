import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/alert/alert.ts';
import { decode } from '../../webhooks/sources/pagerduty/decode.ts';
import { play } from '../incident/play.ts';
import { deliveryOf, payload, payloads, receipt, refusalOf } from './payloads.ts';
import { serve } from './serving.ts';

const TRIGGERED = 'pagerduty-v3-incident-triggered.json';
const text = payloads.get(TRIGGERED) ?? '';
const sign = (secret: string, body = text) =>
  `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;

const receiving = (secrets: string[]) =>
  serve(['webhook-token'], undefined, { pagerduty: secrets, source: 'pagerduty' });

/** The triggered event with other values in `event`, and in its `data`. */
function event(changes: object, data: object = {}): unknown {
  const { event: given } = JSON.parse(text);
  return { event: { ...given, ...changes, data: { ...given.data, ...data } } };
}

describe('the signature', () => {
  it.each([
    ['the one secret', sign('old-secret')],
    ['the other, while it is replaced', sign('new-secret')],
    ['one of several signatures', `v1=${'0'.repeat(64)}, ${sign('new-secret')}`],
    ['a newer version beside ours', `v2=abc,${sign('old-secret')}`],
  ])('is accepted when it fits %s', async (_what, signature) => {
    const { post, queue } = await receiving(['old-secret', 'new-secret']);
    const response = await post(text, { 'x-pagerduty-signature': signature });
    expect(response.status).toBe(202);
    expect(queue.jobs).toHaveLength(1);
  });

  it.each([
    ['is of another secret', sign('wrong-secret'), 'No signature of the request fits'],
    ['is of another body', sign('old-secret', `${text} `), 'No signature of the request fits'],
    ['is cut', sign('old-secret').slice(0, -1), 'no X-PagerDuty-Signature header with'],
    ['is of another version', sign('old-secret').replace('v1', 'v2'), 'no X-PagerDuty-Signature'],
    ['is empty', '', 'no X-PagerDuty-Signature header'],
  ])('is refused with 401 when it %s', async (_what, signature, words) => {
    const { post, queue, metrics } = await receiving(['old-secret']);
    const response = await post(text, { 'x-pagerduty-signature': signature });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining(words) });
    expect(queue.jobs).toEqual([]);
    expect((await metrics.render()).text).toContain('source="pagerduty",outcome="unauthorized"} 1');
  });

  it('is what counts: a webhook token is neither needed nor enough', async () => {
    const { post } = await receiving(['old-secret']);
    const response = await post(text, { authorization: 'Bearer webhook-token' });
    expect(response.status).toBe(401);
  });

  it('cannot be checked without a secret, so everything is refused, in words', async () => {
    const { post, queue } = await receiving([]);
    const response = await post(text, { 'x-pagerduty-signature': sign('') });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: 'forbidden',
      message: expect.stringContaining('Set PAGERDUTY_WEBHOOK_SECRETS'),
    });
    expect(queue.jobs).toEqual([]);
  });

  it('is not even looked at when the body is longer than any of PagerDuty', async () => {
    const { post } = await receiving(['old-secret']);
    const response = await post('x'.repeat(256 * 1024 + 1));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      message: 'The body is longer than 262144 bytes, and pagerduty sends none that long.',
    });
  });
});

it('gives the same job to an event that comes again', async () => {
  const { post, queue } = await receiving(['s']);
  for (const id of ['first', 'second']) {
    await post(text, { 'x-pagerduty-signature': sign('s'), 'x-webhook-id': id });
  }
  const [first, second] = queue.jobs;
  expect(first?.id).toMatch(/^pagerduty-[0-9a-f]{24}$/);
  expect(second?.id).toBe(first?.id);
});

describe('an event', () => {
  it('is a delivery of one alert, the incident, that lacks the alerts behind it', () => {
    const labels = {
      alertname: '[FIRING:1] KubePodCrashLooping shop (checkout-7c9d5b8f6-x2x9z warning)',
      severity: 'high',
      pagerduty_service: 'Shop',
      pagerduty_urgency: 'high',
    };
    expect(decode(payload(TRIGGERED), receipt)).toEqual({
      id: expect.stringMatching(/^pagerduty-/),
      receivedAt: '2026-11-21T03:07:27.458Z',
      source: 'pagerduty',
      receiver: 'pagerduty',
      groupKey: 'PGR0VU2',
      status: 'firing',
      groupLabels: {},
      commonLabels: labels,
      commonAnnotations: {},
      externalUrl: 'https://acme.pagerduty.com/incidents/PGR0VU2',
      truncatedAlerts: 0,
      notificationReason: 'incident.triggered',
      lacks: 'alerts',
      alerts: [
        {
          status: 'firing',
          labels,
          annotations: {},
          startsAt: '2026-11-21T03:07:27Z',
          endsAt: null,
          generatorUrl: null,
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          standsIn: true,
        },
      ],
    });
  });

  it('of a resolution ends the same alert of the same group', () => {
    const first = deliveryOf(decode, payload(TRIGGERED));
    const last = deliveryOf(decode, payload('pagerduty-v3-incident-resolved.json'));
    expect(last).toMatchObject({ status: 'resolved', groupKey: first.groupKey });
    expect(last.alerts[0]).toMatchObject({
      status: 'resolved',
      fingerprint: first.alerts[0]?.fingerprint,
      startsAt: first.alerts[0]?.startsAt,
      endsAt: '2026-11-21T03:21:02.011Z',
    });
    expect(last.id).not.toBe(first.id);
  });

  it.each(['triggered', 'reopened', 'escalated', 'priority_updated', 'acknowledged'])(
    'incident.%s tells that it fires',
    (name) => {
      const delivery = deliveryOf(decode, event({ event_type: `incident.${name}` }));
      expect(delivery).toMatchObject({ status: 'firing', notificationReason: `incident.${name}` });
    },
  );

  it('incident.reopened tells that it began anew, although PagerDuty keeps the time of its creation', () => {
    const occurred_at = '2026-11-21T03:21:40Z';
    const reopened = deliveryOf(
      decode,
      event(
        { event_type: 'incident.reopened', occurred_at },
        { created_at: '2026-11-21T03:07:27Z' },
      ),
    );
    expect(reopened.alerts[0]).toMatchObject({ status: 'firing', startsAt: occurred_at });
  });

  describe('that PagerDuty sends again after an outage', () => {
    const minutesAgo = (minutes: number) =>
      new Date(Date.parse(receipt.receivedAt) - minutes * 60_000).toISOString();
    const told = (name: string, minutes: number): Delivery =>
      deliveryOf(
        decode,
        event({ id: name, event_type: `incident.${name}`, occurred_at: minutesAgo(minutes) }),
      );

    it('counts from when it occurred, and does not reopen what was resolved meanwhile', () => {
      const { decisions, incident } = play(
        told('triggered', 30),
        told('resolved', 10),
        told('acknowledged', 20),
      );
      expect(decisions.at(-1)).toBe('ignore: overtaken-by-resolution');
      expect(incident?.status).toBe('resolved');
    });

    it('does not open for good what was resolved before its first event came through', () => {
      const { decisions, incident } = play(told('resolved', 10), told('triggered', 30));
      expect(decisions.at(-1)).toBe('open: over-when-seen');
      expect(incident?.status).toBe('resolved');
    });

    it('counts from when it came where PagerDuty is ahead of us', () => {
      expect(told('triggered', -2).receivedAt).toBe(receipt.receivedAt);
    });
  });

  it('that sets a priority moments after the incident was triggered raises its severity', () => {
    const { decisions, incident } = play(
      deliveryOf(decode, event({ id: 'first' })),
      deliveryOf(
        decode,
        event(
          {
            id: 'second',
            event_type: 'incident.priority_updated',
            occurred_at: '2026-11-21T03:08:07Z',
          },
          { priority: { summary: 'P1' } },
        ),
      ),
    );
    expect(decisions).toEqual(['open: first-seen', 'escalate: severity-rose']);
    expect(incident?.severity).toBe('critical');
  });

  it('about an incident that is over fires nothing: a priority may be set long after', () => {
    const late = event({ event_type: 'incident.priority_updated' }, { status: 'resolved' });
    expect(deliveryOf(decode, late).status).toBe('resolved');
  });

  it.each([
    ['P1', 'critical'],
    ['p3', 'warning'],
    ['Sev-1', 'high'],
  ])('of priority %s has the severity %s', (summary, severity) => {
    const { commonLabels } = deliveryOf(decode, event({}, { priority: { summary } }));
    expect(commonLabels).toMatchObject({ severity, pagerduty_priority: summary });
  });

  it.each([
    ['incident.annotated', 'Notes are never acted on'],
    ['pagey.ping', 'the signature is right'],
    ['incident.responder.added', 'Events of the type incident.responder.added are not acted on.'],
    ['service.updated', 'Events of the type service.updated are not acted on.'],
    ['something.new', 'not acted on'],
  ])('%s is answered with 200 and why nothing follows', async (type, words) => {
    const { post, queue, metrics } = await receiving(['s']);
    const body = JSON.stringify({ event: { id: 'E', event_type: type, data: null } });
    const response = await post(body, { 'x-pagerduty-signature': sign('s', body) });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      accepted: 0,
      ignored: expect.stringContaining(words),
    });
    expect(queue.jobs).toEqual([]);
    expect((await metrics.render()).text).toContain('source="pagerduty",outcome="ignored"} 1');
  });

  it('needs nothing but its id and that of its incident', () => {
    const bare = { id: 'E', event_type: 'incident.triggered', data: { id: 'PGR0VU2' } };
    expect(decode({ event: bare }, receipt)).toMatchObject({
      commonLabels: { alertname: 'PagerDuty incident' },
      alerts: [{ startsAt: receipt.receivedAt }],
    });
    const odd = { ...bare, occurred_at: 7, data: { id: 'PGR0VU2', title: [], service: 1 } };
    expect(decode({ event: odd }, receipt)).toMatchObject({ groupKey: 'PGR0VU2' });
  });

  it.each([
    [{}, 'event', 'event: expected an object, got nothing. This is not a webhook of PagerDuty'],
    [{ event: [] }, 'event', 'event: expected an object, got an empty list'],
    [event({ id: '' }), 'event.id', 'expected text that is not empty'],
    [event({ event_type: 1 }), 'event.event_type', 'expected text, got a number'],
    [event({}, { id: '../users' }), 'event.data.id', 'expected the id of an incident'],
    [event({}, { id: undefined }), 'event.data.id', 'got nothing'],
  ])('%# is refused by its field', (body, field, words) => {
    const refused = refusalOf(decode, body);
    expect(refused.field).toBe(field);
    expect(refused.message).toContain(words);
  });
});
