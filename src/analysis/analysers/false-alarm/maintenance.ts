import { isHealthy } from '../../chain-health.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isSame, keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { podsOf, unreadySince } from '../../owners.ts';
import { changeRef, quoteChange } from '../../recent-changes.ts';
import type { KnownChange, Situation } from '../../situation.ts';

/** Who scales to a plan: kube-downscaler, its forks, KEDA's cron scaler, Snorlax, and what teams call their own. */
const PLANNED =
  /\bby \S*(?:downscaler|sleep|snorlax|schedule|cron|night|keda|maintenance|hibernat|goldilocks)\S*/i;
/** Taken out by plan: kured, Karpenter, the cluster autoscaler, cloud upgrades. */
const PLANNED_TAINTS =
  /^(?:ToBeDeletedByClusterAutoscaler|DeletionCandidateOfClusterAutoscaler|karpenter\.sh\/disrupted|karpenter\.sh\/disruption|node\.kubernetes\.io\/out-of-service|.*(?:maintenance|kured|upgrade|drain).*)$/i;

/** What somebody does on purpose: a node that is drained, a workload that sleeps at night. */
export const maintenance: Analyser = {
  looksFor: 'a planned drain or scale-down',
  analyse: (situation) => [...drained(situation), ...asleep(situation)],
};

function drained(situation: Situation): Finding[] {
  const { cluster, symptom, targets, changes } = situation;
  const began = Date.parse(symptom.since ?? situation.window.to);
  return cluster.nodes.flatMap(({ metadata, spec }): Finding[] => {
    const node = { kind: 'Node', namespace: null, name: metadata.name };
    const planned = spec.taints.find(({ key }) => PLANNED_TAINTS.test(key));
    const cordon = changes.find(
      (it) => it.object === `Node/${metadata.name}` && it.kind === 'cordon',
    );
    const by =
      cordon ??
      changes.find(
        (it) =>
          it.object === `Node/${metadata.name}` &&
          it.kind === 'taint' &&
          planned &&
          it.summary.includes(planned.key),
      );
    if (!spec.unschedulable && planned === undefined) return [];
    if (by && Date.parse(by.at) > began + 60_000) return [];
    if (!concerns(node, situation) || !othersAreWell(node, situation)) return [];
    const moved = targets.filter(({ kind }) => kind !== 'Node' && kind !== 'Service');
    return [
      {
        failureMode: 'false-alarm',
        object: node,
        severity: 'warning',
        statement: `${nameOf(node)} is being drained on purpose: it was ${planned ? `tainted ${planned.key}` : 'cordoned'} before the alert.`,
        why: 'Every workload has all of its pods ready on the other nodes.',
        citations: [...(by ? quoteChange(by, situation) : []), ...situation.quotes.object(node)],
        score: 0.85,
        explains: [node, ...moved],
        since: by?.at ?? null,
      },
    ];
  });
}

/** The alert names the node, or what had pods there. */
function concerns(node: ObjectRef, { targets, symptom, cluster }: Situation): boolean {
  if (targets.some((target) => isSame(target, node))) return true;
  if (targets.some(({ kind }) => kind === 'Node')) return false;
  const isOfState = /Replica|Pod|Deployment|StatefulSet|DaemonSet|Node|Target|Endpoint/i.test(
    symptom.name,
  );
  const evicted = cluster.events.some(
    ({ reason, message }) =>
      /Evict|TaintManagerEviction|Drain/i.test(reason) || message.includes(node.name),
  );
  return isOfState && evicted;
}

/** A DaemonSet's pod on that node may be gone with it. */
function othersAreWell(node: ObjectRef, situation: Situation): boolean {
  const { cluster } = situation;
  return cluster.workloads
    .filter(({ ref }) => ref.kind === 'Deployment' || ref.kind === 'StatefulSet')
    .filter(({ ref }) => {
      const pods = podsOf(ref, cluster);
      return pods.length === 0 || pods.some(({ spec }) => spec.nodeName !== node.name);
    })
    .every((workload) => isHealthy(workload, cluster) || isOldTrouble(workload.ref, situation));
}

/** It was broken before the window began, so before anybody touched the node. */
function isOldTrouble(ref: ObjectRef, { cluster, window }: Situation): boolean {
  return podsOf(ref, cluster).some(
    (pod) => Date.parse(unreadySince(pod) ?? '') < Date.parse(window.from),
  );
}

/** The alert is about what a plan has scaled down. */
function asleep(situation: Situation): Finding[] {
  const { changes, targets, cluster, symptom } = situation;
  return changes.flatMap((change): Finding[] => {
    if (change.kind !== 'scale' || !PLANNED.test(change.summary)) return [];
    const ref = changeRef(change);
    const workload = cluster.workloads.find((it) => ref !== null && isSame(it.ref, ref));
    if (workload === undefined || workload.ready < workload.wanted) return [];
    if (!targets.some((target) => keyOf(target) === keyOf(workload.ref))) return [];
    if (Date.parse(change.at) > Date.parse(symptom.since ?? situation.window.to) + 60_000)
      return [];
    return [ofPlan(change, workload.ref, situation)];
  });
}

function ofPlan(change: KnownChange, ref: ObjectRef, situation: Situation): Finding {
  return {
    failureMode: 'false-alarm',
    object: ref,
    severity: 'warning',
    statement: `${nameOf(ref)} was scaled down to plan: ${change.summary}.`,
    why: 'What scaled it does so by a schedule, and every pod that it is meant to have is ready.',
    citations: [...quoteChange(change, situation), ...situation.quotes.object(ref)],
    score: 0.9,
    explains: [ref],
    since: change.at,
  };
}
