import { z } from 'zod';
import { headers, httpUrl, section, text, whole } from './fields.ts';

const services = z.array(
  z
    .string('the id of a service, such as PABC123')
    .regex(/^[A-Z0-9]{1,32}$/, 'the id of a service, such as PABC123'),
  'a list of ids of services; leave it out for all',
);

/** The `reconcile` section. Without it nobody is asked. */
export const ReconcileSection = section({
  everySeconds: whole(5, 3_600).default(60),
  lateSeconds: whole(1, 86_400).default(180),
  alertmanager: z
    .array(
      section({
        url: httpUrl(),
        headers: headers().default({}),
        receivers: z
          .array(text('the name of a receiver'), 'a list of receivers')
          .min(1, 'the receivers whose webhooks come here'),
      }),
      'a list of {url, receivers}',
    )
    .default([]),
  pagerduty: section({ services: services.default([]) }).optional(),
});
export type ReconcileConfig = z.output<typeof ReconcileSection>;
