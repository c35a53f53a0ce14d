import type { Analyser } from '../../finding.ts';
import { connections } from './connections.ts';
import { networkLoss } from './network-loss.ts';
import { nodeStrain } from './node-strain.ts';
import { slowWorkload } from './slow-workload.ts';
import { trafficSurge } from './traffic-surge.ts';

/** What stands on series alone. */
export const metrics: readonly Analyser[] = [
  connections,
  trafficSurge,
  slowWorkload,
  networkLoss,
  nodeStrain,
];
