import { z } from 'zod';
import type { Alert } from '../../src/alert/alert.ts';
import { FilledText, Labels, StartTime, Text, time } from '../../src/alert/fields.ts';
import { fingerprintOf } from '../../src/alert/fingerprint.ts';

/*
 * The group of alerts that Alertmanager sends, and that Grafana, which is built on it, sends with fields of its
 * own: the fields that are used, and no others, so that a newer one may add to it.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */

/** Alertmanager's zero time, for "not yet". */
const ZERO_TIME = '0001-01-01T00:00:00Z';

/** PostgreSQL's `integer` holds no more: a body that says so would be accepted, and then fail for ever. */
const MOST_TRUNCATED = 2 ** 31 - 1;

const Status = z.enum(['firing', 'resolved'], '"firing" or "resolved"');

export const alertFields = {
  /** Left out by senders that imitate Alertmanager; its own meaning follows from `endsAt`. */
  status: Status.optional(),
  labels: Labels,
  annotations: Labels.default({}),
  startsAt: StartTime,
  endsAt: time(`a time, or ${ZERO_TIME} while it fires`).nullish(),
  generatorURL: Text.nullish(),
  /** Old Alertmanagers have none. */
  fingerprint: Text.nullish(),
};
type AlertBody = z.infer<z.ZodObject<typeof alertFields>>;

export const groupFields = {
  receiver: Text,
  status: Status,
  groupKey: FilledText,
  groupLabels: Labels,
  commonLabels: Labels,
  commonAnnotations: Labels,
  externalURL: Text,
  /** Old Alertmanagers have none. */
  truncatedAlerts: z
    .int('a whole number')
    .min(0, 'a whole number')
    .transform((count) => Math.min(count, MOST_TRUNCATED))
    .default(0),
  /** Read one by one, so that a body of a million mistakes costs no more than one of a single one. */
  alerts: z.array(z.unknown(), 'a list of alerts').min(1, 'at least one alert'),
};

export function alertOf(body: AlertBody, receivedAt: string): Alert {
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
