import type { Analyser } from '../../finding.ts';
import { preempted } from './preempted.ts';
import { rejectedByKubelet } from './rejected-by-kubelet.ts';
import { schedulerDown } from './scheduler-down.ts';
import { unschedulable } from './unschedulable.ts';
import { volumeUnbound } from './volume-unbound.ts';

export const scheduling: readonly Analyser[] = [
  unschedulable,
  volumeUnbound,
  preempted,
  rejectedByKubelet,
  schedulerDown,
];
