import type { Tool } from '../tool.ts';
import { authCanI } from './can-i/auth-can-i.ts';
import type { KubernetesClient } from './client.ts';
import { describeAny } from './describe/describe-object.ts';
import { describePod } from './describe/describe-pod.ts';
import { listEvents } from './events/list-events.ts';
import { getObjects } from './get/get-objects.ts';
import { getPods } from './get/get-pods.ts';
import { podLogs } from './logs/pod-logs.ts';
import { nodeStatus } from './nodes/node-status.ts';
import { quotas } from './quota/kubectl-quota.ts';
import { rolloutHistory } from './rollout/rollout-history.ts';
import { snapshot } from './snapshot/kubectl-snapshot.ts';
import { resourceTree } from './tree/resource-tree.ts';
import { top } from './usage/top.ts';

/** Every tool that reads a cluster. */
export function kubernetesTools(client: KubernetesClient): Tool[] {
  return [
    getPods(client),
    describePod(client),
    getObjects(client),
    describeAny(client),
    listEvents(client),
    podLogs(client),
    top(client),
    nodeStatus(client),
    rolloutHistory(client),
    resourceTree(client),
    quotas(client),
    authCanI(client),
    snapshot(client),
  ];
}
