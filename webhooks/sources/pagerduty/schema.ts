import { z } from 'zod';
import { FilledText, StartTime, Text } from '../../../src/alert/fields.ts';

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
        occurred_at: StartTime.nullish().catch(null),
        data: z.unknown(),
      },
      'an object',
    ),
  },
  'a JSON object',
);

const Maybe = Text.nullish().catch(null);
const Reference = z.object({ summary: Maybe }).nullish().catch(null);

const incidentId = 'the id of an incident, at most 64 letters, digits, "_" and "-"';

/** The `data` of an event about an incident. */
export const IncidentData = z.object(
  {
    /** Also a part of a path of PagerDuty's API, so nothing else may be in it. */
    id: z.string(incidentId).regex(/^[\w-]{1,64}$/, incidentId),
    status: Maybe,
    title: Maybe,
    html_url: Maybe,
    created_at: StartTime.nullish().catch(null),
    service: Reference,
    priority: Reference,
    urgency: Maybe,
  },
  'an incident',
);
export type IncidentData = z.infer<typeof IncidentData>;
