import { describe, expect, it } from 'vitest';
import { Delivery } from '../../src/alert/alert.ts';
import { sources } from '../../webhooks/server.ts';
import { DecodeError } from '../../webhooks/sources/source.ts';
import { decodeOrRefusal, payload, payloads } from './payloads.ts';

/** What each sample is, at the only source that takes it: a number of alerts, or why it is not acted on. */
const taken: Record<string, [source: string, alerts: number | RegExp]> = {
  'alertmanager.json': ['alertmanager', 1],
  'alerta-prometheus_v4_alert.json': ['alertmanager', 1],
  'msteams-prom_post_request.json': ['alertmanager', 1],
  'real-am0.25-firing.json': ['alertmanager', 1],
  'real-am0.25-resolved.json': ['alertmanager', 1],
  'real-am0.33-emptylabel.json': ['alertmanager', 1],
  'real-am0.33-prom-NodeLoadHigh.json': ['alertmanager', 1],
  'real-am0.33-truncated37.json': ['alertmanager', 3],
  'zulip-alertmanager-single_alert_no_url.json': ['alertmanager', 1],
  'generic.json': ['generic', 1],
  'grafana-v1-firing.json': ['grafana', 1],
  'grafana-v1-no-data-resolved.json': ['grafana', 1],
  'go-pagerduty-webhookv3-0.json': ['pagerduty', 1],
  'pagerduty-v3-incident-triggered.json': ['pagerduty', 1],
  'pagerduty-v3-incident-resolved.json': ['pagerduty', 1],
  'pagerduty-v3-incident-annotated.json': ['pagerduty', /^Notes are never acted on/],
  'pagerduty-v3-pagey-ping.json': ['pagerduty', /^PagerDuty's test event/],
};

/** What no source takes, with the words in which the source that it was meant for refuses it. */
const refused: Record<string, [source: string, words: RegExp]> = {
  'alerta-grafana_6.json': ['grafana', /legacy alerting of Grafana 8 and before/],
  'alerta-pagerduty_alert.json': ['pagerduty', /make a subscription of version 3/],
};

const names = [...payloads.keys()];
const pairs = names.flatMap((name) => sources.map((source) => [name, source] as const));

it('knows of every sample whether it is taken', () => {
  expect([...Object.keys(taken), ...Object.keys(refused)].sort()).toEqual(names.sort());
});

it('has a sample that is acted on, and one that is refused or not acted on, for every source', () => {
  const used = Object.values(taken).filter(([, what]) => typeof what === 'number');
  for (const { name } of sources) expect(used.map(([source]) => source)).toContain(name);
});

describe('a body that others really send', () => {
  it.each(pairs)('is taken by its own source alone: %s', (name, source) => {
    const decoded = decodeOrRefusal(source.decode, payload(name));
    const [own, what] = taken[name] ?? [];
    if (own !== source.name || what === undefined) {
      expect(decoded).toBeInstanceOf(DecodeError);
      expect(decoded).toHaveProperty('message', expect.stringMatching(/^\S+: expected /));
    } else if (typeof what === 'number') {
      expect(Delivery.parse(decoded)).toEqual(decoded);
      expect(decoded).toMatchObject({ source: own, alerts: { length: what } });
    } else {
      expect(decoded).toEqual({ ignored: expect.stringMatching(what) });
    }
  });

  it.each(Object.entries(refused))('is told what to do about it: %s', (name, [own, words]) => {
    const source = sources.find((candidate) => candidate.name === own);
    if (source === undefined) throw new Error(`there is no source ${own}`);
    expect(decodeOrRefusal(source.decode, payload(name))).toHaveProperty(
      'message',
      expect.stringMatching(words),
    );
  });

  it.each([
    ['grafana-v1-firing.json', 'alertmanager', '/webhooks/grafana'],
    ['real-am0.25-firing.json', 'grafana', '/webhooks/alertmanager'],
  ])('is told its path when it comes to another: %s', (name, wrong, path) => {
    const source = sources.find((candidate) => candidate.name === wrong);
    expect(source && decodeOrRefusal(source.decode, payload(name))).toHaveProperty(
      'message',
      expect.stringContaining(`send it to ${path}`),
    );
  });
});
