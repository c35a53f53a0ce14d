import { after } from '../times.ts';

/** Release 2.14.0 begins to roll out. */
export const ROLLOUT_AT = '2026-11-18T02:38:14Z';
export const NEW_PODS = [
  { name: 'pricing-api-6f7d4c8b9c-8fz5q', node: 'worker-a3', startedAt: after(ROLLOUT_AT, 3) },
  { name: 'pricing-api-6f7d4c8b9c-w2lnd', node: 'worker-b1', startedAt: after(ROLLOUT_AT, 5) },
] as const;
export const OLD_PODS = [
  'pricing-api-5b8c7d9f64-hn4wz',
  'pricing-api-5b8c7d9f64-r9c2k',
  'pricing-api-5b8c7d9f64-xv6jt',
] as const;

/** How long a container of the new release lives: until its cache no longer fits. */
const LIFE_SECONDS = 47;
/** The kubelet doubles its back-off from 10 s up to 5 min. */
const BACK_OFF_SECONDS = [10, 20, 40, 80, 160, 300];

export interface Life {
  startedAt: string;
  finishedAt: string;
}

/** The lives of a container of the new release up to the moment of the alert, in which it waits again. */
export function livesFrom(firstStart: string): Life[] {
  const lives: Life[] = [];
  let startedAt = firstStart;
  for (const backOff of [...BACK_OFF_SECONDS, 0]) {
    const finishedAt = after(startedAt, LIFE_SECONDS);
    lives.push({ startedAt, finishedAt });
    startedAt = after(finishedAt, backOff + 1);
  }
  return lives;
}
