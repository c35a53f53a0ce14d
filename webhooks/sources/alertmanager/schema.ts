import { z } from 'zod';
import { Instant } from '../../../src/alert/alert.ts';

/*
 * Alertmanager's webhook body, version 4: the fields that are used, and no others, so that a newer
 * Alertmanager may add to it. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 * Every message is what was expected, as it completes "<field>: expected …".
 */

/**
 * PostgreSQL's text and JSON columns refuse NUL and half of a surrogate pair: a body that holds one would
 * be accepted and then fail for ever.
 */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

const Text = z.string('text').transform(storable);

/** Stops at the first value that is not text: an issue for each of a million would exhaust the memory. */
const LabelSet = z
  .record(z.string(), z.unknown(), 'an object of texts')
  .transform((labels, context) => {
    const texts: Record<string, string> = {};
    for (const [name, value] of Object.entries(labels)) {
      if (typeof value !== 'string') {
        context.addIssue({ code: 'custom', message: 'text', path: [name] });
        return z.NEVER;
      }
      texts[storable(name)] = storable(value);
    }
    return texts;
  });

/** Alertmanager's zero time, for "not yet". */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);

const startsAt = 'a time such as 2026-11-21T03:12:00Z, from 1970 to 9998';
const endsAt = `a time, or ${ZERO_TIME} while it fires`;

const Time = (accepts: string) => z.iso.datetime({ offset: true, error: accepts }).pipe(Instant);

export const AlertBody = z.object(
  {
    /** Left out by senders that imitate Alertmanager; its own meaning follows from `endsAt`. */
    status: z.enum(['firing', 'resolved'], '"firing" or "resolved"').optional(),
    labels: LabelSet,
    annotations: LabelSet.default({}),
    startsAt: Time(startsAt).refine((time) => {
      const at = Date.parse(time);
      return at >= EARLIEST && at < LATEST;
    }, startsAt),
    endsAt: Time(endsAt).nullish(),
    generatorURL: Text.nullish(),
    /** Old Alertmanagers have none. */
    fingerprint: Text.nullish(),
  },
  'an object',
);
export type AlertBody = z.infer<typeof AlertBody>;

export const Envelope = z.object(
  {
    receiver: Text,
    status: z.enum(['firing', 'resolved'], '"firing" or "resolved"'),
    groupKey: Text.pipe(z.string().min(1, 'text that is not empty')),
    groupLabels: LabelSet,
    commonLabels: LabelSet,
    commonAnnotations: LabelSet,
    externalURL: Text,
    /** Old Alertmanagers have none. */
    truncatedAlerts: z.int('a whole number').min(0, 'a whole number').default(0),
    /** Read one by one, so that a body of a million mistakes costs no more than one of a single one. */
    alerts: z.array(z.unknown(), 'a list of alerts').min(1, 'at least one alert'),
  },
  'a JSON object',
);
