import { afterEach } from 'vitest';
import type { Delivery } from '../../src/alert/alert.ts';
import { decode } from '../../webhooks/sources/pagerduty/decode.ts';
import {
  type FakePagerDuty,
  type FakePagerDutyOptions,
  startFakePagerDuty,
} from '../fakes/pagerduty.ts';
import { deliveryOf, payload } from '../webhooks/payloads.ts';

/** The incident of the sample events. */
export const INCIDENT = 'PGR0VU2';
export const TOKEN = 'pd-token';

const open: FakePagerDuty[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

/** Closed after the test. */
export async function fakePagerDuty(
  alerts: readonly object[],
  options: Omit<FakePagerDutyOptions, 'incidents'> = {},
): Promise<FakePagerDuty> {
  const incidents = { [INCIDENT]: alerts };
  const fake = await startFakePagerDuty({ token: TOKEN, incidents, ...options });
  open.push(fake);
  return fake;
}

/** As PagerDuty's REST API tells of an alert. */
export function anAlert(details: unknown, change: object = {}): object {
  return {
    id: 'PT4KHLK',
    type: 'alert',
    summary: '[FIRING:1] KubePodCrashLooping shop',
    status: 'triggered',
    severity: 'error',
    created_at: '2026-11-21T03:07:28Z',
    alert_key: '7a1d',
    suppressed: false,
    body: { type: 'alert_body', contexts: [], details },
    ...change,
  };
}

/** The details as Alertmanager's default template writes them. */
export const TEXT = {
  firing: `Labels:
 - alertname = KubePodCrashLooping
 - namespace = shop
 - pod = checkout-7c9d5b8f6-x2x9z
 - severity = warning
Annotations:
 - description = Restarted 5 times.
It keeps - as = it does - dying.
 - summary = Pod is crash looping
Source: http://prometheus:9090/graph?g0.expr=rate%28x%5B5m%5D%29+%3E+0&g0.tab=1
Labels:
 - alertname = KubePodCrashLooping
 - namespace = shop
 - pod = cart-0
Annotations:
Source: 
`,
  resolved: '',
  num_firing: '2',
  num_resolved: '0',
};

export const triggered = (): Delivery =>
  deliveryOf(decode, payload('pagerduty-v3-incident-triggered.json'));
export const resolved = (): Delivery =>
  deliveryOf(decode, payload('pagerduty-v3-incident-resolved.json'));
