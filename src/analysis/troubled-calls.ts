import type { Citation } from '../report/report.ts';
import type { Cluster, Workload } from './cluster.ts';
import { levelsOf } from './metric-levels.ts';
import { keyOf, type ObjectRef } from './object-ref.ts';
import { behind, workloadOf } from './owners.ts';
import { denialOf } from './policies.ts';
import { quoteSeries } from './signals.ts';
import type { Situation } from './situation.ts';

/** One workload waits for another, or loses its connections to it. */
export interface TroubledCall {
  from: ObjectRef;
  to: ObjectRef;
  /** Pods that said so; none for what is measured. */
  pods: readonly string[];
  measured: boolean;
  citations: Citation[];
  since: string | null;
}

const SLOWER = 3;
const SLOWER_BY_MS = 40;
/** Fewer are what every network has. */
const ENOUGH = 2;

/** Calls that are late or lost, by what callers log and by what a service mesh measures. */
export function troubledCalls(situation: Situation): TroubledCall[] {
  const calls = [...loggedCalls(situation), ...measuredCalls(situation)];
  const byEnds = Map.groupBy(calls, ({ from, to }) => `${keyOf(from)} ${keyOf(to)}`);
  return [...byEnds.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        ...first,
        pods: group.flatMap(({ pods }) => pods),
        measured: group.some(({ measured }) => measured),
        citations: group.flatMap(({ citations }) => citations).slice(0, 2),
      },
    ];
  });
}

function loggedCalls({ callFailures, cluster, quotes }: Situation): TroubledCall[] {
  const late = callFailures.filter(
    ({ fault }) => fault === 'timed-out' || fault === 'reset' || fault === 'unreachable',
  );
  const byEnds = Map.groupBy(
    late,
    ({ caller, service }) => `${keyOf(caller)} ${service ? keyOf(service) : ''}`,
  );
  return [...byEnds.values()].flatMap((group): TroubledCall[] => {
    const [first] = group;
    const count = group.reduce((sum, { entry }) => sum + entry.count, 0);
    if (!first?.service || count < ENOUGH) return [];
    const from = workloadOf(first.caller, cluster);
    return calleesOf(first.service, cluster)
      .filter((to) => to.ready > 0 && !(from && isDenied(from, to, cluster)))
      .map(({ ref }) => ({
        from: first.caller,
        to: ref,
        pods: group.map(({ entry }) => entry.pod),
        measured: false,
        citations: quotes.log(first.entry),
        since: first.entry.at,
      }));
  });
}

function calleesOf(service: ObjectRef, cluster: Cluster): Workload[] {
  return cluster.services
    .filter(
      ({ metadata }) => metadata.name === service.name && metadata.namespace === service.namespace,
    )
    .flatMap((it) => behind(it, cluster));
}

function isDenied(from: Workload, to: Workload, cluster: Cluster): boolean {
  const ports = to.template.spec.containers.flatMap((it) => it.ports);
  return ports.some(({ containerPort }) => denialOf(from, to, containerPort, cluster) !== null);
}

function measuredCalls(situation: Situation): TroubledCall[] {
  const { metrics, cluster, symptom, window } = situation;
  return metrics.flatMap((series): TroubledCall[] => {
    if (series.id !== 'call-milliseconds') return [];
    const { source_workload: source, destination_workload: destination } = series.labels;
    const find = (name: string | undefined) =>
      cluster.workloads.find(({ ref }) => ref.name === name)?.ref;
    const [from, to] = [find(source), find(destination)];
    const levels = levelsOf(series, symptom, window);
    if (!from || !to || levels === null || levels.before === null) return [];
    const { before, now, since } = levels;
    if (now < SLOWER * before || now - before < SLOWER_BY_MS) return [];
    const line = quoteSeries(series, situation);
    return [{ from, to, pods: [], measured: true, citations: line, since }];
  });
}

/**
 * Who is at the end of what waits: from a caller along troubled calls to the one that waits for nobody. One that waits
 * for several, which do not all wait for the same, is itself what they have in common.
 */
export function suspectsOf(calls: readonly TroubledCall[]): ObjectRef[] {
  const out = Map.groupBy(calls, ({ from }) => keyOf(from));
  const called = new Set(calls.map(({ to }) => keyOf(to)));
  const end = (ref: ObjectRef, seen: ReadonlySet<string>): ObjectRef => {
    const next = (out.get(keyOf(ref)) ?? []).filter(({ to }) => !seen.has(keyOf(to)));
    const ends = next.map(({ to }) => end(to, new Set([...seen, keyOf(to)])));
    const [first, ...others] = ends;
    if (first === undefined) return ref;
    return others.every((it) => keyOf(it) === keyOf(first)) ? first : ref;
  };
  const callers = calls.filter(({ from }) => !called.has(keyOf(from)));
  const roots = (callers.length > 0 ? callers : calls).map(({ from }) => from);
  return unique(unique(roots).map((ref) => end(ref, new Set([keyOf(ref)]))));
}

export function unique(refs: readonly ObjectRef[]): ObjectRef[] {
  return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
}
