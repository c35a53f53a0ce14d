import type { Analyser } from '../../finding.ts';
import { controlPlane } from './control-plane.ts';
import { kernel } from './kernel.ts';
import { nodeAgents } from './node-agents.ts';
import { nodeNotReady } from './node-not-ready.ts';
import { nodePressure } from './node-pressure.ts';

/** What pods stand on: nodes, what runs on each, and the control plane. */
export const nodes: readonly Analyser[] = [
  nodeNotReady,
  nodePressure,
  kernel,
  nodeAgents,
  controlPlane,
];
