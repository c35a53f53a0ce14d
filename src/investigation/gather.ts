import { metricQueriesOf } from '../analysis/metric-queries.ts';
import { type Evidence, type EvidenceRow, isAside } from '../evidence/evidence.ts';
import type { PodRef } from '../incident/outline.ts';
import type { JsonObject } from '../lib/json.ts';
import type { ToolCaller, ToolContext } from '../tools/tool.ts';
import type { InvestigationEvent } from './events.ts';
import type { Journal } from './journal.ts';
import { type ListedPod, podsIn } from './listed-pods.ts';
import type { Subject } from './subject.ts';

const MAX_DESCRIBED = 5;
/** Pods of one owner die of the same thing, so one of each tells it. */
const MAX_CRASH_LOGS = 2;
/** Of pods that run: the unhealthy, then those that the alert names, then, where no log store is asked, one of each owner. */
const MAX_LOGS = 8;
const MAX_LOGS_WITHOUT_STORE = 40;
const LOG_TAIL = 200;
const ERROR_LINES = '(?i)(error|exception|fatal|panic|fail|refused|timeout|denied|killed)';
const ERROR_LINES_LIMIT = 300;
/** What says in so many words what is the matter, and is not always called an error. */
const TELLING_LINES =
  '(?i)(too many|exhaust|no space left|read-?only|not primary|NotWritablePrimary|deadlock|already in use|expired|not yet valid|' +
  'clock|skew|in the future|NOAUTH|WRONGPASS|MISCONF|OOM|out of memory|alarm|watermark|is full|unable to|cannot |could not |' +
  'unavailable|not available|timed out|statement time|duration: [0-9]{4,}|slow query|query_time|COLLSCAN|behind| lag|conflict|' +
  'max number of|not set|not found|no such host|unknown (host|database|flag|option)|unrecognized|blocked|lost|unreachable|[[]emerg[]])';
const TELLING_LINES_LIMIT = 200;
/** Where the parts of the cluster itself run. */
const SYSTEM_NAMESPACE = 'kube-system';

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
 * Reads the standard evidence, before and without any model, all of it in parallel: the namespaces whole with their events,
 * the nodes, the alert's own expression and the standard series over the window, logs and what is new in them, and
 * what changed. What has to know the pods first is asked for as soon as they are known, whatever else takes longer.
 */
export async function gather(subject: Subject, deps: GatherDeps): Promise<Gathered> {
  const available = new Set((await deps.tools.list()).map((tool) => tool.name));
  const isAvailable = ({ tool }: Call) => available.has(tool);
  const standard = standardCalls(subject).filter(isAvailable);
  const forCode = callsForCode(subject).filter(isAvailable);
  await deps.emit({ kind: 'gathering', calls: standard.length + forCode.length });
  // Ids are given in the order of asking, which must not depend on who answers first.
  const first = standard.map((call) => callOne(call, 'main', deps));
  const aside = forCode.map((call) => callOne(call, 'aside', deps));
  const lists = await Promise.all(
    first.filter((_, index) => standard[index]?.tool === 'kubectl_get_pods'),
  );
  const pods = lists.flatMap((item) => podsIn(item.structured));
  const closer = closerCalls(subject, pods)
    .filter(isAvailable)
    .map((call) => callOne(call, 'main', deps));
  const logs = logCalls(subject, pods, available.has('search_logs'))
    .filter(isAvailable)
    .map((call) => callOne(call, 'aside', deps));
  const evidence = await Promise.all([...first, ...closer, ...aside, ...logs]);
  const failed = evidence.filter((item) => item.isError).length;
  const unhealthy = unhealthyPods(evidence);
  await deps.emit({
    kind: 'gathered',
    evidence: evidence.length,
    failed,
    unhealthy: unhealthy.map((pod) => pod.name),
  });
  return { evidence, gaps: gapsOfSubject(subject, available) };
}

function callOne({ tool, args }: Call, row: EvidenceRow, deps: GatherDeps): Promise<Evidence> {
  return deps.journal.call(deps.tools, tool, args, deps.context, row);
}

/** What a person would look at first. */
function standardCalls({ namespaces, expressions, beyond }: Subject): Call[] {
  return [
    ...namespaces.map((namespace) => ({ tool: 'kubectl_get_pods', args: { namespace } })),
    ...(expressions ?? []).map((query) => ({ tool: 'query_prometheus', args: { query } })),
    ...namespaces.map((namespace) => ({
      tool: 'search_logs',
      args: { query: `${streamsOf(namespace)} |~ \`${ERROR_LINES}\``, limit: ERROR_LINES_LIMIT },
    })),
    ...namespaces.map((namespace) => ({ tool: 'recent_changes', args: { namespace } })),
    ...beyond.nodes.map((name) => ({ tool: 'kubectl_node_status', args: { name } })),
    ...beyond.namespaces.map((namespace) => ({ tool: 'kubectl_get_pods', args: { namespace } })),
    ...beyond.namespaces.map((namespace) => ({ tool: 'recent_changes', args: { namespace } })),
  ];
}

/** What analysers read besides: too much for anybody else. */
function callsForCode({ namespaces, beyond }: Subject): Call[] {
  return [
    ...[...namespaces, ...beyond.namespaces].map((namespace) => ({
      tool: 'kubectl_snapshot',
      args: { namespace },
    })),
    { tool: 'kubectl_node_status', args: {} },
    { tool: 'kubectl_get_pods', args: { namespace: SYSTEM_NAMESPACE } },
    ...namespaces.map((namespace) => ({
      tool: 'log_patterns',
      args: { query: streamsOf(namespace) },
    })),
    ...namespaces.map((namespace) => ({
      tool: 'search_logs',
      args: {
        query: `${streamsOf(namespace)} |~ \`${TELLING_LINES}\``,
        limit: TELLING_LINES_LIMIT,
      },
    })),
    ...metricQueriesOf(namespaces).map((query) => ({ tool: 'query_prometheus', args: { query } })),
  ];
}

function streamsOf(namespace: string): string {
  return `{namespace=${JSON.stringify(namespace)}}`;
}

function closerCalls(subject: Subject, pods: ListedPod[]): Call[] {
  const unhealthy = pods.filter((pod) => !pod.healthy);
  return [...describeCalls(subject, unhealthy), ...crashLogCalls(crashedFirst(unhealthy))];
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

function crashedFirst(unhealthy: ListedPod[]): ListedPod[] {
  return unhealthy.filter(({ restarts }) => restarts > 0).slice(0, MAX_CRASH_LOGS);
}

function crashLogCalls(pods: ListedPod[]): Call[] {
  return pods.map(({ namespace, name }) => ({
    tool: 'kubectl_logs',
    args: { namespace, pod: name, previous: true },
  }));
}

/** Of one pod of each owner: what those wrote that crashed, and what those write that run. */
function logCalls(subject: Subject, pods: ListedPod[], hasLogStore: boolean): Call[] {
  const started = pods.filter(({ status }) => !NEVER_STARTED.has(status));
  const named = started.filter(({ name }) => subject.pods.includes(name));
  const unhealthy = started.filter((pod) => !pod.healthy);
  const read = new Set(crashedFirst(unhealthy));
  const crashed = oneOfEach(unhealthy.filter((pod) => pod.restarts > 0 && !read.has(pod)));
  const running = oneOfEach([...unhealthy, ...named, ...(hasLogStore ? [] : started)]);
  return [
    ...crashLogCalls(crashed.slice(0, MAX_LOGS)),
    ...running
      .slice(0, hasLogStore ? MAX_LOGS : MAX_LOGS_WITHOUT_STORE)
      .map(({ namespace, name }) => ({
        tool: 'kubectl_logs',
        args: { namespace, pod: name, tail: LOG_TAIL },
      })),
  ];
}

/** No container of theirs has written anything. */
const NEVER_STARTED = new Set([
  'Pending',
  'ContainerCreating',
  'PodInitializing',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
]);

function oneOfEach(pods: ListedPod[]): ListedPod[] {
  const byOwner = new Map<string, ListedPod>();
  for (const pod of pods) {
    const { kind, name } = pod.owner ?? { kind: 'Pod', name: pod.name };
    const key = `${pod.namespace} ${kind}/${name}`;
    if (!byOwner.has(key)) byOwner.set(key, pod);
  }
  return [...byOwner.values()];
}

function unhealthyPods(evidence: Evidence[]): ListedPod[] {
  return evidence
    .filter((item) => item.tool === 'kubectl_get_pods' && !isAside(item))
    .flatMap((item) => podsIn(item.structured))
    .filter((pod) => !pod.healthy);
}

function gapsOfSubject(subject: Subject, available: Set<string>): string[] {
  const gaps: string[] = [];
  if (subject.namespaces.length === 0) {
    gaps.push('The alert has no namespace label, so pods and logs were not looked at.');
  }
  if (subject.expressions?.length === 0) {
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

/**
 * The calls that failed, as gaps: nobody may take their silence for an answer. Of what is read for code each tool's reasons
 * are told once, and not at all where an environment is not meant to read it, or a case was recorded before it was.
 */
export function gapsOfFailures(evidence: Evidence[]): string[] {
  const failed = evidence.filter((item) => item.isError);
  const main = failed.filter((item) => !isAside(item));
  const told = new Set(main.map((item) => `${item.tool} ${reasonOf(item)}`));
  const aside = failed.filter((item) => {
    const key = `${item.tool} ${reasonOf(item)}`;
    if (!isAside(item) || told.has(key) || isExpected(item)) return false;
    told.add(key);
    return true;
  });
  return [...main, ...aside].map((item) => `${item.id} ${item.tool} failed: ${reasonOf(item)}`);
}

function isExpected({ args, text }: Evidence): boolean {
  return (
    text.startsWith('NOT_RECORDED') ||
    (args.namespace === SYSTEM_NAMESPACE && text.includes('outside what'))
  );
}

function reasonOf({ text }: Evidence): string {
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
}
