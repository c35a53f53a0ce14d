import type { Evidence } from '../evidence/evidence.ts';
import type { PodRef } from '../incident/outline.ts';
import type { JsonObject } from '../lib/json.ts';
import type { ToolCaller, ToolContext } from '../tools/tool.ts';
import type { InvestigationEvent } from './events.ts';
import type { Journal } from './journal.ts';
import { type ListedPod, podsIn } from './listed-pods.ts';
import type { Subject } from './subject.ts';

const MAX_DESCRIBED = 5;
/** Containers of one fault die of the same thing, so a few logs tell it. */
const MAX_LOGS = 2;
const ERROR_LINES = '(?i)(error|exception|fatal|panic|fail|refused|timeout|denied|killed)';

interface Call {
  tool: string;
  args: JsonObject;
}

export interface Gathered {
  evidence: Evidence[];
  /** What could not be looked at, in words for the report. */
  gaps: string[];
}

interface GatherDeps {
  tools: ToolCaller;
  journal: Journal;
  context: ToolContext;
  emit: (event: InvestigationEvent) => Promise<void>;
}

/**
 * Reads the standard evidence, before and without any model: the pods of the alert's namespaces, the alert's
 * own expression over the window, its error logs and what changed, in parallel, and the nodes, pods and changes of the
 * incidents that share the investigation; then the unhealthy pods, and what those that restarted wrote before.
 */
export async function gather(subject: Subject, deps: GatherDeps): Promise<Gathered> {
  const available = new Set((await deps.tools.list()).map((tool) => tool.name));
  const wanted = standardCalls(subject);
  const first = wanted.filter((call) => available.has(call.tool));
  await deps.emit({ kind: 'gathering', calls: first.length });
  const evidence = await callAll(first, deps);
  const unhealthy = unhealthyPods(evidence);
  const closer = [...describeCalls(subject, unhealthy), ...crashLogCalls(unhealthy)];
  evidence.push(
    ...(await callAll(
      closer.filter((call) => available.has(call.tool)),
      deps,
    )),
  );
  const failed = evidence.filter((item) => item.isError).length;
  await deps.emit({
    kind: 'gathered',
    evidence: evidence.length,
    failed,
    unhealthy: unhealthy.map((pod) => pod.name),
  });
  return { evidence, gaps: gapsOfSubject(subject, available) };
}

function callAll(calls: Call[], { tools, journal, context }: GatherDeps): Promise<Evidence[]> {
  return Promise.all(calls.map((call) => journal.call(tools, call.tool, call.args, context)));
}

function standardCalls({ namespaces, expressions, beyond }: Subject): Call[] {
  return [
    ...namespaces.map((namespace) => ({ tool: 'kubectl_get_pods', args: { namespace } })),
    ...expressions.map((query) => ({ tool: 'query_prometheus', args: { query } })),
    ...namespaces.map((namespace) => ({
      tool: 'search_logs',
      args: { query: `{namespace=${JSON.stringify(namespace)}} |~ \`${ERROR_LINES}\``, limit: 100 },
    })),
    ...namespaces.map((namespace) => ({ tool: 'recent_changes', args: { namespace } })),
    ...beyond.nodes.map((name) => ({ tool: 'kubectl_node_status', args: { name } })),
    ...beyond.namespaces.map((namespace) => ({ tool: 'kubectl_get_pods', args: { namespace } })),
    ...beyond.namespaces.map((namespace) => ({ tool: 'recent_changes', args: { namespace } })),
  ];
}

function describeCalls({ namespaces, pods, beyond }: Subject, unhealthy: PodRef[]): Call[] {
  const [namespace] = namespaces;
  const named = namespace === undefined ? [] : pods.map((name) => ({ namespace, name }));
  const unique = new Map<string, PodRef>();
  for (const pod of [...named, ...unhealthy]) unique.set(`${pod.namespace}/${pod.name}`, pod);
  const first = [...unique].slice(0, MAX_DESCRIBED);
  const others = beyond.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod] as const);
  return [...new Map([...first, ...others]).values()].map(({ namespace, name }) => ({
    tool: 'kubectl_describe_pod',
    args: { namespace, name },
  }));
}

function crashLogCalls(unhealthy: ListedPod[]): Call[] {
  return unhealthy
    .filter(({ restarts }) => restarts > 0)
    .slice(0, MAX_LOGS)
    .map(({ namespace, name }) => ({
      tool: 'kubectl_logs',
      args: { namespace, pod: name, previous: true },
    }));
}

function unhealthyPods(evidence: Evidence[]): ListedPod[] {
  return evidence
    .filter((item) => item.tool === 'kubectl_get_pods')
    .flatMap((item) => podsIn(item.structured))
    .filter((pod) => !pod.healthy);
}

function gapsOfSubject(subject: Subject, available: Set<string>): string[] {
  const gaps: string[] = [];
  if (subject.namespaces.length === 0) {
    gaps.push('The alert has no namespace label, so pods and logs were not looked at.');
  }
  if (subject.expressions.length === 0) {
    gaps.push("The alert's rule expression is not known: its generatorURL carries none.");
  }
  if (available.size === 0) {
    return ['Nothing is connected: set KUBECONFIG, PROMETHEUS_URL or LOKI_URL, then run doctor.'];
  }
  if (!available.has('kubectl_get_pods'))
    gaps.push('Kubernetes is not configured for this environment.');
  if (!available.has('query_prometheus'))
    gaps.push('Prometheus is not configured for this environment.');
  if (!available.has('search_logs'))
    gaps.push('Logs (Loki) are not configured for this environment.');
  return gaps;
}

/** A call that failed, as a gap: nobody may take its silence for an answer. */
export function gapOfFailure(evidence: Evidence): string {
  const reason = evidence.text.split('\n', 1)[0]?.slice(0, 200) ?? '';
  return `${evidence.id} ${evidence.tool} failed: ${reason}`;
}
