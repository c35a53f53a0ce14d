import { onTestFinished } from 'vitest';
import type { KubernetesConnection } from '../../../src/tools/kubernetes/connection.ts';
import { createToolset } from '../../../src/tools/toolset.ts';
import { type FakeKubernetesOptions, startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { redact, run } from '../run.ts';

/** An API server for one test, and the tools over it. */
export async function openCluster(
  options: FakeKubernetesOptions,
  connection: Omit<KubernetesConnection, 'url'> = {},
) {
  const fake = await startFakeKubernetes(options);
  onTestFinished(() => fake.close());
  const tools = createToolset({ kubernetes: { url: fake.url, ...connection } }, redact);
  return {
    fake,
    /** Paths of all requests, without their queries. */
    paths: () => fake.requests.map(({ path }) => path),
    call: (tool: string, args: Record<string, unknown>) => run(tools, tool, args),
  };
}
