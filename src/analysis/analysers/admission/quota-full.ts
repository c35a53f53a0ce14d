import type { ResourceQuota } from '../../../tools/kubernetes/objects/quota.ts';
import { parseQuantity } from '../../../tools/kubernetes/quantity.ts';
import type { Cluster, Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { demandOf } from '../../pod-demand.ts';
import type { Situation } from '../../situation.ts';
import { type AbsentService, absentServices } from './absent-services.ts';
import { lacksPods } from './refusals.ts';

/** Scopes that leave out the pods of long-running workloads. */
const OTHER_PODS = /^(?:Terminating|BestEffort|PriorityClass|CrossNamespacePodAffinity)$/;

/**
 * A ResourceQuota without room for what is missing, whether or not an event of it is left: a workload that lacks pods,
 * a Service that others call and that does not exist, a claim that a pod names.
 */
export const quotaFull: Analyser = {
  looksFor: 'quotas without room for the pods, Services or claims that are missing',
  analyse: (situation) =>
    situation.cluster.quotas.flatMap((quota) => [
      ...podsKeptOut(quota, situation),
      ...objectsKeptOut(quota, situation),
    ]),
};

function podsKeptOut(quota: ResourceQuota, { cluster, quotes, window }: Situation): Finding[] {
  if (quota.spec.scopes.some((scope) => OTHER_PODS.test(scope))) return [];
  const kept = cluster.workloads.flatMap((workload) => {
    if (workload.ref.namespace !== quota.metadata.namespace || /Job$/.test(workload.ref.kind)) {
      return [];
    }
    const short = lacksPods(workload.ref, cluster) ? shortagesOf(workload, quota, cluster) : [];
    return short.length === 0 ? [] : [{ ref: workload.ref, short }];
  });
  const [first] = kept;
  if (first === undefined) return [];
  const names = kept.map(({ ref }) => nameOf(ref)).join(', ');
  return [
    {
      ...findingOf(
        quota,
        kept.map(({ ref }) => ref),
        window.from,
      ),
      statement: `ResourceQuota ${quota.metadata.name} has no room for the pods that ${names} lacks: ${first.short.join(', ')}.`,
      why: 'What a pod of it requests, added to what the quota says is used, is more than it allows.',
      citations: [
        ...quotes.object(refOf('ResourceQuota', quota.metadata), /USED /),
        ...quotes.object(first.ref),
      ],
      score: 0.86,
    },
  ];
}

/** `pods: 8 used of 8`, of each resource that one more pod would not fit in. */
function shortagesOf({ template }: Workload, quota: ResourceQuota, cluster: Cluster): string[] {
  const ranges = cluster.limitRanges.filter(
    ({ metadata }) => metadata.namespace === quota.metadata.namespace,
  );
  const requests = demandOf(template.spec, 'requests', ranges);
  const limits = demandOf(template.spec, 'limits', ranges);
  return roomOf(quota).flatMap(({ resource, used, hard }) => {
    const [, bound, name = resource] = /^(requests|limits)\.(.+)$/.exec(resource) ?? [];
    const wanted = isPodCount(resource) ? 1 : (bound === 'limits' ? limits : requests).get(name);
    const said = `${resource} ${quota.status.used[resource] ?? '?'} used of ${quota.spec.hard[resource] ?? '?'}`;
    return wanted !== undefined && used + wanted > hard * (1 + 1e-9) ? [said] : [];
  });
}

function isPodCount(resource: string): boolean {
  return resource === 'pods' || resource === 'count/pods';
}

function roomOf({ spec, status }: ResourceQuota) {
  return Object.entries(spec.hard).flatMap(([resource, limit]) => {
    const hard = parseQuantity(limit);
    const used = parseQuantity(status.used[resource]);
    return hard === null || used === null ? [] : [{ resource, used, hard }];
  });
}

/** A person or a pipeline gets these refusals, and no event tells of them. */
function objectsKeptOut(quota: ResourceQuota, { cluster, quotes, window }: Situation): Finding[] {
  const full = roomOf(quota).filter(({ used, hard }) => used >= hard);
  const missing = full.flatMap(({ resource }) =>
    missingOf(resource, cluster).map((it) => ({ ...it, resource })),
  );
  const [first] = missing.filter(({ user }) => user.namespace === quota.metadata.namespace);
  if (first === undefined) return [];
  const { resource, ref, user, named } = first;
  return [
    {
      ...findingOf(quota, [ref, user], window.from),
      statement: `ResourceQuota ${quota.metadata.name} has no ${resource} left, and ${nameOf(ref)}, which ${nameOf(user)} needs, does not exist.`,
      why: 'What is missing could not have been made: the quota says that all it allows is used.',
      citations: [
        ...quotes.object(refOf('ResourceQuota', quota.metadata), /USED /),
        ...quotes.object(user),
      ],
      score: named ? 0.85 : 0.75,
    },
  ];
}

/** What is named and is not there, of the kind that a quota resource counts. */
function missingOf(resource: string, cluster: Cluster): AbsentService[] {
  if (/^(?:count\/)?services$/.test(resource)) return absentServices(cluster);
  if (!/^(?:(?:count\/)?persistentvolumeclaims|requests\.storage)$/.test(resource)) return [];
  if (cluster.unread.has('persistentvolumeclaims')) return [];
  return cluster.workloads.flatMap(({ ref: user, template }) =>
    template.spec.volumes.flatMap(({ persistentVolumeClaim }) => {
      const name = persistentVolumeClaim?.claimName;
      const exists = cluster.claims.some(
        ({ metadata }) => metadata.name === name && metadata.namespace === user.namespace,
      );
      if (name === undefined || exists) return [];
      const claim = { kind: 'PersistentVolumeClaim', namespace: user.namespace, name };
      return [{ ref: claim, user, named: true }];
    }),
  );
}

function findingOf({ metadata }: ResourceQuota, explains: ObjectRef[], from: string) {
  const at = metadata.creationTimestamp ?? null;
  return {
    failureMode: 'quota-exceeded',
    object: refOf('ResourceQuota', metadata),
    severity: 'critical',
    explains,
    // An old quota was filled at a time that nothing tells.
    since: at !== null && Date.parse(at) >= Date.parse(from) ? at : null,
  } as const;
}
