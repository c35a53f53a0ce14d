import type { Tool } from '../tool.ts';
import type { KubernetesClient } from './client.ts';
import { describePod } from './describe-pod.ts';
import { getPods } from './get-pods.ts';

/** Every tool that reads a cluster. */
export function kubernetesTools(client: KubernetesClient): Tool[] {
  return [getPods(client), describePod(client)];
}
