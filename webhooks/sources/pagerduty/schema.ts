import { z } from 'zod';
import { FilledText, MaybeStartTime } from '../../../src/alert/fields.ts';

/*
 * PagerDuty's V3 webhook: one event a body. https://developer.pagerduty.com/docs/webhooks-overview
 * Three refusals in a row disable a subscription for 24 h, so only what nothing can be done without is required.
 */

export const Envelope = z.object(
  {
    event: z.object(
      {
        id: FilledText,
        event_type: FilledText,
        occurred_at: MaybeStartTime,
        data: z.unknown(),
      },
      'an object',
    ),
  },
  'a JSON object',
);
