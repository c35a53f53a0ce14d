import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JobPayload } from '../../src/queue/jobs.ts';
import { decode } from '../../webhooks/sources/alertmanager/decode.ts';

/** One firing alert as Alertmanager posts it. */
export const body = readFileSync(new URL('../../examples/alertmanager.json', import.meta.url));

const delivery = decode(JSON.parse(body.toString()), {
  id: randomUUID(),
  receivedAt: new Date().toISOString(),
});

/** The job that a webhook with this body becomes, under an id of its own. */
export function intakeJob(): JobPayload<'intake'> {
  return { version: 1, delivery: { ...delivery, id: randomUUID() } };
}
