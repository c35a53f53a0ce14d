import { describe, expect, it } from 'vitest';
import { decode } from '../../webhooks/sources/grafana/decode.ts';
import { deliveryOf, payload, receipt, refusalOf } from './payloads.ts';

const firing = payload('grafana-v1-firing.json');
const [alert] = Array.isArray(firing.alerts) ? firing.alerts : [];
const alertWith = (changes: object) => ({ ...firing, alerts: [{ ...alert, ...changes }] });
const annotationsOf = (changes: object) =>
  deliveryOf(decode, alertWith(changes)).alerts[0]?.annotations;

it('makes a delivery of a group, with what Grafana measured and shows as annotations', () => {
  expect(decode(firing, receipt)).toEqual({
    ...receipt,
    source: 'grafana',
    receiver: 'probable-cause',
    status: 'firing',
    groupKey: '{}:{alertname="Checkout answers 5xx"}',
    groupLabels: { alertname: 'Checkout answers 5xx' },
    commonLabels: expect.objectContaining({ namespace: 'shop', severity: 'critical' }),
    commonAnnotations: { summary: 'Checkout answered with 5xx in the last 5 minutes' },
    externalUrl: 'https://grafana.example.org/',
    truncatedAlerts: 0,
    alerts: [
      {
        status: 'firing',
        labels: expect.objectContaining({ grafana_folder: 'Shop' }),
        annotations: {
          grafana_values: 'A = 1.033691449993453, C = 1',
          grafana_dashboard:
            'https://grafana.example.org/d/shop?from=1795230200000&orgId=1&to=1795233810023',
          grafana_panel: 'https://grafana.example.org/d/shop?orgId=1&viewPanel=3',
          summary: 'Checkout answered with 5xx in the last 5 minutes',
        },
        startsAt: '2026-11-21T03:03:20Z',
        endsAt: null,
        generatorUrl: 'https://grafana.example.org/alerting/grafana/checkout-5xx/view?orgId=1',
        fingerprint: 'b3b2758636db585b',
      },
    ],
  });
});

describe('what the rule measured', () => {
  it('is taken from the text of Grafana 9, which sends no values', () => {
    const valueString = "[ metric='' labels={} value=14151.33 ]";
    const annotations = annotationsOf({ values: undefined, valueString });
    expect(annotations).toMatchObject({ grafana_values: valueString });
  });

  it('says so when there was no data', () => {
    expect(annotationsOf({ values: { A: null, B: 2 } })).toMatchObject({
      grafana_values: 'A = no data, B = 2',
    });
    expect(annotationsOf({ values: null, valueString: '' })).not.toHaveProperty('grafana_values');
  });

  it('never makes an alert refused, nor hides what the rule itself says', () => {
    const odd = { values: 'none', valueString: 7, dashboardURL: {}, panelURL: [], imageURL: 1 };
    expect(annotationsOf({ ...odd, annotations: { summary: 's' } })).toEqual({ summary: 's' });
    const own = { annotations: { grafana_values: 'written by hand' } };
    expect(annotationsOf(own)).toMatchObject({ grafana_values: 'written by hand' });
  });
});

it.each([
  [{ ...firing, version: undefined }, 'version', 'got nothing. This is not what a webhook contact'],
  [{ ...firing, version: 1 }, 'version', 'expected "1", got a number'],
  [{ ...firing, alerts: [] }, 'alerts', 'expected at least one alert'],
  [alertWith({ startsAt: '' }), 'alerts[0].startsAt', 'got an empty text'],
  [alertWith({ labels: { a: 1 } }), 'alerts[0].labels.a', 'expected text, got a number'],
])('%# is refused by its field, without its content', (body, field, words) => {
  const refused = refusalOf(decode, body);
  expect(refused.field).toBe(field);
  expect(refused.message).toContain(words);
});
