import type { z } from 'zod';
import type { Alert, Delivery } from '../../../src/alert/alert.ts';
import { digest } from '../../../src/lib/digest.ts';
import { valueAt } from '../../../src/lib/value-at.ts';
import { DecodeError, type Receipt } from '../source.ts';
import { AlertBody, Envelope, ZERO_TIME } from './schema.ts';

/** @throws DecodeError naming the first field that is not as version 4 has it. */
export function decode(body: unknown, receipt: Receipt): Delivery {
  checkVersion(body);
  const { alerts, externalURL, ...envelope } = read(Envelope, body, '');
  return {
    ...receipt,
    ...envelope,
    source: 'alertmanager',
    externalUrl: externalURL,
    alerts: alerts.map((alert, index) =>
      toAlert(read(AlertBody, alert, `alerts[${index}]`), receipt.receivedAt),
    ),
  };
}

/** First, because what follows from another version would be misleading. */
function checkVersion(body: unknown): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DecodeError('body', `body: expected a JSON object, got ${kindOf(body)}`);
  }
  const version = 'version' in body ? body.version : undefined;
  if (version === '4') return;
  const advice =
    typeof version === 'string'
      ? 'Upgrade the Alertmanager: every current one sends version 4.'
      : 'This is not the body that Alertmanager itself sends: remove a custom `payload:` from its webhook_config, ' +
        'or send other systems to their own path.';
  throw new DecodeError(
    'version',
    `version: expected "4", got ${typeof version === 'string' ? JSON.stringify(version.slice(0, 20)) : kindOf(version)}. ${advice}`,
  );
}

function read<S extends z.ZodType>(schema: S, value: unknown, base: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = fieldOf(base, issue?.path ?? []);
  const found = kindOf(valueAt(value, issue?.path ?? []));
  throw new DecodeError(
    field,
    `${field}: expected ${issue?.message ?? 'something else'}, got ${found}`,
  );
}

/** `alerts[3].labels.pod`. Label names come from outside: a long one is cut. */
function fieldOf(base: string, path: readonly PropertyKey[]): string {
  const field = [base, ...path.map(String)].filter((part) => part !== '').join('.');
  return field.length > 200 ? `${field.slice(0, 200)}…` : field || 'body';
}

/** The kind of a value and not the value, which may be long or private. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'another text';
  return `a ${typeof value}`;
}

function toAlert(body: AlertBody, receivedAt: string): Alert {
  const ended = body.endsAt && body.endsAt !== ZERO_TIME ? body.endsAt : null;
  const over = ended !== null && Date.parse(ended) <= Date.parse(receivedAt);
  const status = body.status ?? (over ? 'resolved' : 'firing');
  return {
    status,
    labels: body.labels,
    annotations: body.annotations,
    startsAt: body.startsAt,
    // While it fires this is only when Alertmanager would give up on it, if Prometheus fell silent.
    endsAt: status === 'firing' ? null : ended,
    generatorUrl: body.generatorURL || null,
    fingerprint: body.fingerprint || fingerprintOf(body.labels),
  };
}

/** For senders without one: what Alertmanager's own is too, a hash of the labels in order. */
function fingerprintOf(labels: Alert['labels']): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digest(sorted.flat(), 16);
}
