import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/alert/alert.ts';
import { redactDelivery } from '../../src/alert/redact-delivery.ts';
import { createRedactor } from '../../src/evidence/redact.ts';

const redact = createRedactor('test-key');
const PLACEHOLDER = /^\[REDACTED:[a-z-]+:[0-9a-f]{8}\]$/;

function delivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    id: 'd1',
    source: 'alertmanager',
    receivedAt: '2026-11-21T03:12:00Z',
    receiver: 'triage',
    groupKey: '{}:{alertname="X", namespace="shop"}',
    status: 'firing',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalUrl: 'http://alertmanager:9093',
    truncatedAlerts: 0,
    alerts: [
      {
        status: 'firing',
        labels: {},
        annotations: {},
        startsAt: '2026-11-21T03:11:00Z',
        endsAt: null,
        generatorUrl: null,
        fingerprint: 'f1',
      },
    ],
    ...changes,
  };
}

function withAlert(changes: Partial<Delivery['alerts'][number]>): Delivery {
  const [alert] = delivery().alerts;
  if (alert === undefined) throw new Error('the delivery has no alert');
  return delivery({ alerts: [{ ...alert, ...changes }] });
}

function redactedUrl(generatorUrl: string): string {
  const [alert] = redactDelivery(withAlert({ generatorUrl }), redact).alerts;
  return alert?.generatorUrl ?? '';
}

describe('redactDelivery', () => {
  it('hides a whole value that stands under the name of a secret, in labels and annotations', () => {
    const set = { db_password: 'Sup3r s3cret', api_key: 'abc', token: 'letmein' };
    const redacted = redactDelivery(
      {
        ...withAlert({ labels: set, annotations: set }),
        groupLabels: set,
        commonLabels: set,
        commonAnnotations: set,
      },
      redact,
    );
    const { groupLabels, commonLabels, commonAnnotations, alerts } = redacted;
    const sets = [groupLabels, commonLabels, commonAnnotations];
    const all = [...sets, ...alerts.flatMap((alert) => [alert.labels, alert.annotations])];
    expect(all).toHaveLength(5);
    for (const each of all) {
      for (const value of Object.values(each)) expect(value).toMatch(PLACEHOLDER);
    }
  });

  it('finds a secret in the middle of any text', () => {
    const text = 'connect with postgres://app:hunter2@orders-db/orders';
    const redacted = redactDelivery(
      {
        ...withAlert({ labels: { note: text }, annotations: { summary: text } }),
        receiver: text,
        groupKey: text,
        externalUrl: text,
      },
      redact,
    );
    expect(JSON.stringify(redacted)).not.toContain('hunter2');
    expect(redacted.receiver).toContain('orders-db/orders');
  });

  it('leaves an ordinary delivery as it is', () => {
    const labels = {
      alertname: 'SecretExpiresSoon',
      namespace: 'shop',
      pod: 'checkout-6b9f7c9d4-x2x4p',
      secret: 'orders-db',
      secret_name: 'orders-db',
      key: 'tls.crt',
      le: '0.5',
    };
    const annotations = {
      summary: 'Secret orders-db has no key password',
      description: 'token_bucket_total is at 5, max_tokens=4096',
      runbook_url: 'https://runbooks.example.com/secrets?page=2#token',
    };
    const ordinary = {
      ...withAlert({
        labels,
        annotations,
        generatorUrl:
          'http://prometheus:9090/graph?g0.expr=rate%28token_bucket_total%7Bsecret_name%3D%22x%22%7D%5B5m%5D%29+%3E+0&g0.tab=1',
      }),
      groupLabels: labels,
      commonLabels: labels,
      commonAnnotations: annotations,
      groupKey: '{}:{alertname="SecretExpiresSoon", secret="orders-db"}',
    };
    expect(redactDelivery(ordinary, redact)).toEqual(ordinary);
  });

  it('hides what a label called secret holds when it is no name of an object', () => {
    const { commonLabels } = redactDelivery(
      delivery({ commonLabels: { secret: 'Sup3rS3cret' } }),
      redact,
    );
    expect(commonLabels.secret).toMatch(PLACEHOLDER);
  });

  it('reads the query of a link decoded and puts the rest back', () => {
    const expression = 'up{password="S3cret", job="shop"} > 0';
    const url = redactedUrl(
      `http://prometheus:9090/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1#top`,
    );
    const { searchParams, hash } = new URL(url);
    expect(searchParams.get('g0.expr')).toMatch(
      /^up\{password="\[REDACTED:password:[0-9a-f]{8}\]", job="shop"\} > 0$/,
    );
    expect(searchParams.get('g0.tab')).toBe('1');
    expect(hash).toBe('#top');
  });

  it.each([
    ['http://p/graph?g0.expr=up{password="S3cret"}'],
    ['http://p/graph?g0.expr=up%7Bpassword%3D%22S3cret%22%7D'],
    ['http://p/graph?g0.expr=up%7bpassword%3d%22S3cret%22%7d%zz'],
    ['http://p/graph?pass%77ord=S3cret'],
    ['http://p/graph?note=my+password%3A+S3cret'],
    ['http://app:S3cret@p/graph'],
    ['http://p/#/explore?expr=password%3DS3cret'],
    ['/graph?password=S3cret'],
    ['password=S3cret'],
  ])('hides the secret in %s, and changes nothing the second time', (url) => {
    const once = redactedUrl(url);
    expect(decodeURIComponent(once.replace('%zz', ''))).not.toContain('S3cret');
    expect(redactedUrl(once)).toBe(once);
  });

  it.each([
    ['http://p/graph?g0.expr=vector%281%29&g0.tab=1'],
    ['http://p/graph?a=1+%2B+2&b=%zz&c&=d&&e=%E2%82%AC'],
    ['http://p/graph?'],
    ['?'],
    [''],
  ])('gives %j back to the letter', (url) => {
    expect(redactedUrl(url)).toBe(url);
  });
});
