import type { Clock } from '../lib/clock.ts';
import type { Action } from './action.ts';
import { applyDryRun } from './apply-dry-run.ts';
import { createConfirmations } from './confirmation.ts';
import { restartPod } from './restart-pod.ts';
import { rolloutRestart } from './rollout-restart.ts';
import type { ClusterWriter } from './writer.ts';

/** All that can be done to a cluster through this program. */
export function createActions(writer: ClusterWriter, clock: Clock): Action[] {
  const confirmations = createConfirmations(clock);
  return [
    applyDryRun(writer),
    rolloutRestart(writer, confirmations, clock),
    restartPod(writer, confirmations),
  ];
}
