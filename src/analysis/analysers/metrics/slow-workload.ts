import type { Analyser, Finding } from '../../finding.ts';
import type { MetricShift } from '../../metric-shifts.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { nodeRef, workloadsOn } from '../../on-node.ts';
import { duration, quoteSeries, type Signals, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';
import { hasUnknownCalls } from '../../unknown-calls.ts';
import { slowNode } from './slow-node.ts';

const SLOWER = 1.5;
const SURGE = 1.5;
const CORES = 0.2;
const STORE = /postgres|mysql|mariadb|mongo|cassandra|cockroach|oracle|mssql|elastic|opensearch/;
const SCORE = {
  network: 0.85,
  node: 0.78,
  store: 0.68,
  common: 0.62,
  alone: 0.56,
  other: 0.45,
} as const;

/** Where latency begins: the workload that slowed down while nothing that it needs did. */
export const slowWorkload: Analyser = {
  looksFor: 'where on the chain requests became slow',
  analyse(situation) {
    const signals = signalsOf(situation);
    const slow = signals.subjects('duration').flatMap((ref) => slowed(ref, signals) ?? []);
    const node = nodeOf(slow, signals, situation);
    if (node !== null) return [blameNode(node, slow, situation)];
    const origins = slow.filter(({ ref }) => isDeepest(ref, slow, situation));
    const common = commonDependency(origins, slow, signals, situation);
    if (common !== null) return [blameCommon(common, origins, situation)];
    return origins.flatMap((origin) => blame(origin, signals, situation, origins.length === 1));
  },
};

interface Slow {
  ref: ObjectRef;
  shift: MetricShift;
}

function slowed(ref: ObjectRef, signals: Signals): Slow | null {
  const shift = signals.moved('duration', ref, 'up');
  return shift && shift.after >= shift.before * SLOWER ? { ref, shift } : null;
}

function isDeepest(ref: ObjectRef, slow: readonly Slow[], situation: Situation): boolean {
  const { dependencies } = situation;
  // An entry waits for whom it calls, also where nothing tells who that is.
  if (slow.length > 1 && hasUnknownCalls(ref, situation)) return false;
  const reach = dependencies.reach(ref);
  return !slow.some(
    (other) => reach.has(keyOf(other.ref)) && !dependencies.reach(other.ref).has(keyOf(ref)),
  );
}

/** A node without CPU to spare is somebody else's to tell. */
function nodeOf(slow: readonly Slow[], signals: Signals, situation: Situation): string | null {
  const refs = slow.filter(({ ref }) => !isExplained(ref, signals)).map(({ ref }) => ref);
  const node = slowNode(refs, signals.subjects('duration'), situation);
  if (node === null) return null;
  const busy = signals.highest('node-share', nodeRef(node), 'cpu')?.level ?? 0;
  return busy > 0.85 ? null : node;
}

function blameNode(node: string, slow: readonly Slow[], situation: Situation): Finding {
  const there = new Set(workloadsOn(node, situation.cluster).map(keyOf));
  const here = slow.filter(({ ref }) => there.has(keyOf(ref)));
  return {
    failureMode: 'network-degraded',
    object: nodeRef(node),
    severity: 'critical',
    statement: `${here.length} workloads on node ${node} became slow together: ${here
      .map(({ ref }) => ref.name)
      .slice(0, 5)
      .join(', ')}.`,
    why: 'They have the node in common, which has CPU to spare, and what runs elsewhere is as quick as before.',
    citations: here.slice(0, 3).flatMap(({ shift }) => quoteSeries(shift.series, situation)),
    score: SCORE.node,
    explains: slow.map(({ ref }) => ref),
    since: here.map(({ shift }) => shift.since).sort()[0] ?? null,
  };
}

/** What else explains slowness is said by those who look for it. */
function isExplained(ref: ObjectRef, signals: Signals): boolean {
  const surge = signals.moved('requests', ref, 'up');
  const used = signals.moved('cpu', ref, 'up');
  return (
    signals.moved('throttled', ref, 'up') !== null ||
    // Without a limit there is no share of one.
    (used !== null && used.after >= CORES && used.after >= used.before * 2) ||
    (signals.highest('limit-share', ref, 'cpu')?.level ?? 0) > 0.85 ||
    (signals.highest('connection-share', ref)?.level ?? 0) > 0.9 ||
    (surge !== null && surge.after >= surge.before * SURGE)
  );
}

function blame(
  { ref, shift }: Slow,
  signals: Signals,
  situation: Situation,
  isAlone: boolean,
): Finding[] {
  if (isExplained(ref, signals)) return [];
  const store = strainedStore(ref, signals, situation);
  const lost = signals.moved('network-loss', ref, 'up');
  const times = `${duration(shift.after)} instead of ${duration(shift.before)}`;
  const common = {
    severity: 'critical' as const,
    since: shift.since,
    citations: [shift, store?.shift, lost].flatMap((it) =>
      it ? quoteSeries(it.series, situation) : [],
    ),
  };
  if (store !== null) {
    return [
      {
        ...common,
        failureMode: store.isDatabase ? 'database-slow' : 'saturation',
        object: store.ref,
        statement: `${nameOf(store.ref)} works more than before, and ${nameOf(ref)}, which needs it, takes ${times}.`,
        why: 'It is the only one of its dependencies that changed with it.',
        score: SCORE.store,
        explains: [ref],
      },
    ];
  }
  return [
    {
      ...common,
      failureMode: 'network-degraded',
      object: ref,
      statement: `Requests to ${nameOf(ref)} take ${times}, and nothing that it needs became slow.`,
      why: lost
        ? 'Its pods lose packets since then.'
        : 'It has CPU to spare and no more requests than before.',
      score: lost ? SCORE.network : isAlone ? SCORE.alone : SCORE.other,
      explains: [],
    },
  ];
}

/** A store tells no latency of its own: it shows by the CPU that it takes. */
function strainedStore(ref: ObjectRef, signals: Signals, { dependencies, cluster }: Situation) {
  const found = [...dependencies.reach(ref).values()].flatMap(({ ref: needed, steps }) => {
    const workload = cluster.workloads.find((it) => keyOf(it.ref) === keyOf(needed));
    if (workload === undefined || steps > 2) return [];
    const shift = signals.moved('cpu', needed, 'up');
    if (shift === null || shift.after < shift.before * 2) return [];
    const images = workload.template.spec.containers.map(({ image }) => image).join(' ');
    return [{ ref: needed, shift, isDatabase: STORE.test(`${needed.name} ${images}`) }];
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

/**
 * What several slow ones need directly and no quick one does: late packets of a pod do not show in what it measures
 * itself, only in what its callers wait for.
 */
function commonDependency(
  origins: readonly Slow[],
  slow: readonly Slow[],
  signals: Signals,
  { dependencies }: Situation,
): ObjectRef | null {
  if (origins.length < 2) return null;
  const neededBy = ({ ref }: { ref: ObjectRef }) =>
    new Set(
      [...dependencies.reach(ref).values()]
        .filter(({ ref: { kind }, steps }) => steps <= 2 && WORKLOADS.has(kind))
        .map(({ ref: needed }) => keyOf(needed)),
    );
  const quick = signals
    .subjects('duration')
    .filter((ref) => !slow.some((it) => keyOf(it.ref) === keyOf(ref)))
    .map((ref) => neededBy({ ref }));
  const needs = origins.map(neededBy);
  const [first] = origins;
  const shared = [...(first ? dependencies.reach(first.ref).values() : [])].filter(({ ref }) => {
    const key = keyOf(ref);
    return needs.every((set) => set.has(key)) && !quick.some((set) => set.has(key));
  });
  return shared.length === 1 ? (shared[0]?.ref ?? null) : null;
}

const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

function blameCommon(object: ObjectRef, origins: readonly Slow[], situation: Situation): Finding {
  return {
    failureMode: 'network-degraded',
    object,
    severity: 'critical',
    statement: `${origins.map(({ ref }) => nameOf(ref)).join(' and ')} became slow together, and ${nameOf(object)} is what they alone need.`,
    why: 'Packets that are late do not show in what a workload measures itself, only in what its callers wait for.',
    citations: origins.slice(0, 3).flatMap(({ shift }) => quoteSeries(shift.series, situation)),
    score: SCORE.common,
    explains: origins.map(({ ref }) => ref),
    since: origins.map(({ shift }) => shift.since).sort()[0] ?? null,
  };
}
