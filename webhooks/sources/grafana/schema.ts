import { z } from 'zod';
import { MaybeText } from '../../../src/alert/fields.ts';
import { alertFields, groupFields } from '../alert-group.ts';

/*
 * The body of Grafana Alerting's webhook contact point, version 1: Alertmanager's group with fields of its own.
 * https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 * What Grafana alone adds is only good to know, and never makes an alert refused.
 */

export const AlertBody = z.object(
  {
    ...alertFields,
    /** What the queries and expressions of the rule gave, by their names; null when there was no data. */
    values: z.record(z.string(), z.number().nullable()).nullish().catch(null),
    /** The same as one text, as Grafana 9 sends it alone. */
    valueString: MaybeText,
    dashboardURL: MaybeText,
    panelURL: MaybeText,
    imageURL: MaybeText,
  },
  'an object',
);
export type AlertBody = z.infer<typeof AlertBody>;

export const Envelope = z.object(groupFields, 'a JSON object');
