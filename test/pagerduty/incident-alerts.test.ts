import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Delivery } from '../../src/alert/alert.ts';
import { decide } from '../../src/incident/decide.ts';
import { withAlerts } from '../../src/pagerduty/incident-alerts.ts';
import { mutatedValues } from '../fuzz/mutate.ts';
import { isStorable } from '../fuzz/storable.ts';
import { play } from '../incident/play.ts';
import { anAlert, resolved, TEXT, triggered } from './samples.ts';

const OF_INCIDENT = { pagerduty_service: 'Shop', pagerduty_urgency: 'high' };

/** The alerts, once it is certain that the delivery is one. */
function alertsWith(details: unknown, change: object = {}, delivery = triggered()) {
  const completed = withAlerts(delivery, [anAlert(details, change)]);
  expect(Delivery.parse(completed)).toEqual(completed);
  return completed.alerts;
}

describe('details of Alertmanager as text', () => {
  it('are alerts with their labels, annotations and rule', () => {
    expect(alertsWith(TEXT)).toEqual([
      {
        status: 'firing',
        labels: {
          ...OF_INCIDENT,
          alertname: 'KubePodCrashLooping',
          namespace: 'shop',
          pod: 'checkout-7c9d5b8f6-x2x9z',
          severity: 'warning',
        },
        annotations: {
          description: 'Restarted 5 times.\nIt keeps - as = it does - dying.',
          summary: 'Pod is crash looping',
        },
        startsAt: '2026-11-21T03:07:28Z',
        endsAt: null,
        generatorUrl: 'http://prometheus:9090/graph?g0.expr=rate%28x%5B5m%5D%29+%3E+0&g0.tab=1',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      expect.objectContaining({
        labels: {
          ...OF_INCIDENT,
          alertname: 'KubePodCrashLooping',
          namespace: 'shop',
          pod: 'cart-0',
          // Its rule gives it none, so the urgency of the incident counts.
          severity: 'high',
        },
        annotations: {},
        generatorUrl: null,
      }),
    ]);
  });

  it('give the incident what its alerts have in common', () => {
    const { commonLabels } = withAlerts(triggered(), [anAlert(TEXT)]);
    const common = { alertname: 'KubePodCrashLooping', namespace: 'shop' };
    expect(commonLabels).toEqual({ ...OF_INCIDENT, ...common });
  });

  it('tell of those that have ended', () => {
    const both = alertsWith({
      firing: 'Labels:\n - a = 1\nAnnotations:\nSource: ',
      resolved: 'Labels:\n - a = 2\nAnnotations:\nSource:',
    });
    expect(both).toMatchObject([
      { labels: { a: '1' }, status: 'firing', endsAt: null },
      { labels: { a: '2' }, status: 'resolved', endsAt: '2026-11-21T03:07:27.458Z' },
    ]);
  });

  it('identify an alert by its own labels, whatever the incident is called or ranked', () => {
    const [now] = alertsWith(TEXT);
    const later = triggered();
    const [incident] = later.alerts;
    if (incident) incident.labels = { alertname: 'renamed', pagerduty_priority: 'P1' };
    expect(alertsWith(TEXT, {}, later)[0]?.fingerprint).toBe(now?.fingerprint);
  });
});

describe('details of Alertmanager as JSON', () => {
  const listed = {
    status: 'firing',
    labels: { alertname: 'OOM', pod: 'cart-0' },
    annotations: null,
    startsAt: '2026-11-21T03:01:02.5Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus:9090/graph',
    fingerprint: 'd43c6767ba556010',
  };

  it.each([
    ['a list', [listed]],
    ['the text of a list', JSON.stringify([listed])],
  ])('are alerts with their own start and fingerprint: %s', (_what, firing) => {
    expect(alertsWith({ firing, resolved: [] })).toMatchObject([
      {
        labels: { alertname: 'OOM', pod: 'cart-0' },
        startsAt: '2026-11-21T03:01:02.5Z',
        endsAt: null,
        generatorUrl: 'http://prometheus:9090/graph',
        fingerprint: 'd43c6767ba556010',
      },
    ]);
  });

  it('are left out where they are not alerts', () => {
    const odd = [7, null, {}, { labels: {} }, { labels: { a: 1 } }, listed];
    expect(alertsWith({ firing: odd, resolved: '[{' })).toHaveLength(1);
  });

  it('count an alert once that stands in several alerts of PagerDuty, firing if it fires in one', () => {
    const over = anAlert({ firing: [], resolved: [listed] }, { id: 'P1' });
    const fires = anAlert({ firing: [listed] }, { id: 'P2' });
    for (const found of [
      [over, fires],
      [fires, over],
    ]) {
      expect(withAlerts(triggered(), found).alerts).toMatchObject([{ status: 'firing' }]);
    }
  });

  it('are at most 5,000 alerts', () => {
    const firing = Array.from({ length: 6_000 }, (_, index) => ({ labels: { pod: `p${index}` } }));
    expect(alertsWith({ firing })).toHaveLength(5_000);
  });
});

describe('details that others wrote', () => {
  it('are labels where they are words under the name of a label, else annotations', () => {
    const details = {
      namespace: 'shop',
      'cpu.percent': 97,
      'Region of it': 'eu',
      message: 'CPU is at 97 %',
      runbook: 'https://runbooks.example.org/cpu',
      nested: { a: [1] },
      nothing: null,
    };
    expect(alertsWith(details)).toMatchObject([
      {
        labels: {
          ...OF_INCIDENT,
          alertname: '[FIRING:1] KubePodCrashLooping shop',
          // What the sender called it, which is nearer than the urgency of the incident.
          severity: 'error',
          namespace: 'shop',
          'cpu.percent': '97',
        },
        annotations: {
          'Region of it': 'eu',
          message: 'CPU is at 97 %',
          runbook: 'https://runbooks.example.org/cpu',
          nested: '{"a":[1]}',
        },
      },
    ]);
  });

  it.each([null, undefined, [], 7, 'CPU is high', ''])('may be anything: %j', (details) => {
    expect(alertsWith(details)).toMatchObject([{ status: 'firing' }]);
  });

  it('are cut to what can be shown, and hold nothing that cannot be stored', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [`k${i}`, `\0${'x'.repeat(9_999)}`]),
    );
    const text = JSON.stringify(alertsWith(many));
    expect(text.length).toBeLessThan(300_000);
    expect(text).not.toContain('\\u0000');
  });
});

it('that fires behind an incident that was reopened began anew with it', () => {
  const ended = resolved();
  const again = {
    ...triggered(),
    id: 'again',
    receivedAt: '2026-11-21T03:21:30Z',
    notificationReason: 'incident.reopened',
  };
  const [incident] = again.alerts;
  if (incident) incident.startsAt = '2026-11-21T03:21:29Z';
  const read = (delivery: Delivery) => withAlerts(delivery, [anAlert(TEXT)]);
  const first = read({ ...triggered(), receivedAt: '2026-11-21T03:12:00Z' });
  const over = read({ ...ended, receivedAt: '2026-11-21T03:21:02Z' });
  const { decisions, incident: reopened } = play(first, over, read(again));
  expect(decisions.at(-1)).toBe('reopen: back-soon-after-resolution');
  expect(reopened?.status).toBe('open');
});

describe('what is over', () => {
  it('is every alert of a resolved incident, though its details still say that it fires', () => {
    const alerts = alertsWith(TEXT, { status: 'resolved' }, resolved());
    expect(alerts.map(({ status, endsAt }) => [status, endsAt])).toEqual([
      ['resolved', '2026-11-21T03:21:02.011Z'],
      ['resolved', '2026-11-21T03:21:02.011Z'],
    ]);
  });

  it('are not all alerts of an incident that still fires: then the incident is one', () => {
    const alerts = alertsWith(TEXT, { status: 'resolved' });
    expect(alerts.map(({ status }) => status)).toEqual(['resolved', 'resolved', 'firing']);
    expect(decide(null, { ...triggered(), alerts }).kind).toBe('open');
  });
});

it('leaves the incident as the alert when nothing is behind it, or nothing that can be read', () => {
  expect(withAlerts(triggered(), []).alerts).toEqual(triggered().alerts);
  expect(withAlerts(triggered(), [null, 7, {}]).alerts).toEqual(triggered().alerts);
});

it('makes a delivery of whatever PagerDuty answers, which can be stored', () => {
  const json = { firing: [{ labels: { alertname: 'OOM' }, startsAt: '2026-11-21T03:01:02Z' }] };
  const samples = [anAlert(TEXT), anAlert(json), anAlert({ namespace: 'shop', nested: { a: 1 } })];
  fc.assert(
    fc.property(fc.array(mutatedValues(samples), { maxLength: 3 }), (found) => {
      const completed = withAlerts(triggered(), found);
      expect(Delivery.parse(JSON.parse(JSON.stringify(completed)))).toEqual(completed);
      expect(isStorable(completed)).toBe(true);
    }),
    { seed: 20_261_121, numRuns: 1_000 },
  );
});
