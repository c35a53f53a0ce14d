import type { DiagnosisCase } from './case.ts';
import { mergePatch } from './merge-patch.ts';
import type { World } from './world.ts';

/** What cases of pods without a node share. */

export const NO_HELP =
  ' preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
export const NO_VICTIMS =
  ' preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';

export function pending(deployment: string): DiagnosisCase['alert'] {
  return { name: 'KubeDeploymentReplicasMismatch', labels: { deployment } };
}

export function cordon(world: World, node: string, secondsAgo: number): void {
  world.patch('Node', node, {
    spec: {
      unschedulable: true,
      taints: [
        {
          key: 'node.kubernetes.io/unschedulable',
          effect: 'NoSchedule',
          timeAdded: world.ago(secondsAgo),
        },
      ],
    },
  });
  world.event(world.object('Node', node), {
    reason: 'NodeNotSchedulable',
    message: `Node ${node} status is now: NodeNotSchedulable`,
    first: secondsAgo,
  });
}

/** New pods that no scheduler has looked at. */
export function ignore(world: World, app: string): void {
  for (const pod of world.app(app).unschedulable('', { event: false }).pods)
    mergePatch(pod, {
      metadata: { creationTimestamp: world.ago(1000) },
      status: { conditions: null },
    });
}
