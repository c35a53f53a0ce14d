import { z } from 'zod';
import { FilledText, MaybeStartTime, MaybeText } from '../../../src/alert/fields.ts';

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

const Reference = z.object({ summary: MaybeText }).nullish().catch(null);

const incidentId = 'the id of an incident, at most 64 letters, digits, "_" and "-"';

/** The `data` of an event about an incident. */
export const IncidentData = z.object(
  {
    /** Also a part of a path of PagerDuty's API, so nothing else may be in it. */
    id: z.string(incidentId).regex(/^[\w-]{1,64}$/, incidentId),
    status: MaybeText,
    title: MaybeText,
    html_url: MaybeText,
    created_at: MaybeStartTime,
    service: Reference,
    priority: Reference,
    urgency: MaybeText,
  },
  'an incident',
);
export type IncidentData = z.infer<typeof IncidentData>;
