import type { Redact } from '../../../src/evidence/redact.ts';
import { RESOURCES } from '../../../src/tools/kubernetes/resources.ts';
import type { Tool } from '../../../src/tools/tool.ts';
import { type Connections, createToolset } from '../../../src/tools/toolset.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { startFakeLoki } from '../../fakes/loki.ts';
import { startFakePrometheus } from '../../fakes/prometheus.ts';
import { redact as anyRedact, run } from '../run.ts';
import { changesExamples, changesObjects } from './changes.ts';
import { kubernetesExamples, kubernetesLogs, kubernetesObjects } from './kubernetes.ts';
import { lokiExamples, lokiWorld } from './loki.ts';
import { prometheusExamples, prometheusWorld } from './prometheus.ts';

interface ToolExample {
  tool: string;
  args: Record<string, unknown>;
}

/** One call at least of every tool; docs/tools.md shows the first of each with its output. */
export const examples: ToolExample[] = [
  ...kubernetesExamples,
  ...changesExamples,
  ...prometheusExamples,
  ...lokiExamples,
];

export interface ExampleWorld {
  kubernetes: HttpFake;
  prometheus: HttpFake;
  loki: HttpFake;
  connections: Connections;
  tools: Tool[];
  /** Reads each kind that there is through kubectl_get, as a list and by name. */
  readEveryKind(): Promise<void>;
  close(): Promise<void>;
}

/** The shop's night, behind an API server, a Prometheus and a Loki. */
export async function startExampleWorld(redact: Redact = anyRedact): Promise<ExampleWorld> {
  const objects = [...kubernetesObjects, ...changesObjects];
  const kubernetes = await startFakeKubernetes({ objects, logs: kubernetesLogs });
  const prometheus = await startFakePrometheus(prometheusWorld);
  const loki = await startFakeLoki(lokiWorld);
  const connections = {
    kubernetes: { url: kubernetes.url },
    prometheus: { url: prometheus.url },
    loki: { url: loki.url },
  };
  const tools = createToolset(connections, redact);
  return {
    kubernetes,
    prometheus,
    loki,
    connections,
    tools,
    async readEveryKind() {
      for (const [kind, { namespaced }] of Object.entries(RESOURCES)) {
        const namespace = namespaced ? { namespace: 'shop' } : {};
        await run(tools, 'kubectl_get', { kind, ...namespace });
        const absent = run(tools, 'kubectl_get', { kind, ...namespace, name: 'nobody' });
        await absent.then(
          () => {
            throw new Error(`there is a ${kind} called nobody`);
          },
          () => {},
        );
      }
    },
    async close() {
      await Promise.all([kubernetes.close(), prometheus.close(), loki.close()]);
    },
  };
}
