import { z } from 'zod';
import { FilledText, Labels, StartTime, Text, time } from '../../../src/alert/fields.ts';

/*
 * A body of our own, for whatever has no source: one alert, documented in docs/sources.md. Unknown fields are
 * refused, because a misspelt one must not be silently ignored.
 */
const fields = {
  /** What stays the same from one body about this alert to the next, its resolution included. */
  key: FilledText,
  status: z.enum(['firing', 'resolved'], '"firing" or "resolved"').default('firing'),
  title: FilledText,
  severity: FilledText.optional(),
  startsAt: StartTime,
  endsAt: time('a time such as 2026-11-21T03:12:00Z').optional(),
  labels: Labels.default({}),
  annotations: Labels.default({}),
  /** Where a person finds more. */
  url: Text.optional(),
};

export const Body = z.strictObject(fields, {
  error: (issue) =>
    issue.code === 'unrecognized_keys'
      ? `only the fields ${Object.keys(fields).join(', ')}`
      : 'a JSON object',
});
