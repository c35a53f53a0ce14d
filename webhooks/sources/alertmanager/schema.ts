import { z } from 'zod';
import { Labels, MaybeText } from '../../../src/alert/fields.ts';
import { alertFields, groupFields } from '../alert-group.ts';

export const AlertBody = z.object(alertFields, 'an object');

/** Alertmanager's webhook body, version 4. What is only good to know never makes an alert refused. */
export const Envelope = z.object(
  {
    ...groupFields,
    /** From 0.32 on: what made it send, such as that the repeat interval has passed. */
    notification_reason: MaybeText,
    /** From 0.34 on: the labels that its configuration gives to the route. */
    routeLabels: Labels.nullish().catch(null),
  },
  'a JSON object',
);
