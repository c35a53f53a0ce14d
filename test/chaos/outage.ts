import { setTimeout } from 'node:timers/promises';
import { killServer, restart, serverOf } from './faults/servers.ts';
import type { Stage } from './stage.ts';
import type { Traffic } from './traffic.ts';

export interface Outage {
  seconds: number;
  /** What senders were told meanwhile, and how often. */
  answers: ReadonlyMap<number, number>;
  /** From the moment when Redis is back until all that was sent is accepted and its threads are complete. */
  recoveredMs: number;
}

/** Redis dies and stays away while alerts go on coming. */
export async function playOutage(
  stage: Stage,
  traffic: Traffic,
  seconds: number,
  settle: () => Promise<unknown>,
): Promise<Outage> {
  const redis = serverOf(stage, 'redis');
  await killServer(redis);
  const before = new Map(stage.recorder.statuses);
  await Promise.all([traffic.send(seconds), setTimeout(seconds * 1_000)]);
  const answers = new Map(
    [...stage.recorder.statuses]
      .map(([status, times]) => [status, times - (before.get(status) ?? 0)] as const)
      .filter(([, times]) => times > 0),
  );
  await restart(redis);
  const from = performance.now();
  await settle();
  return { seconds, answers, recoveredMs: performance.now() - from };
}
