import type { Pod } from '../../../tools/kubernetes/objects/pod.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '../../../tools/kubernetes/objects/storage.ts';
import type { Cluster, ClusterEvent } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { ownerOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';
import { claimNamesOf, claimRef, usersOf } from './claims.ts';
import { mismatchesOf } from './volume-match.ts';

/** Claims that have no volume, and why none fits. */
export const volumeUnbound: Analyser = {
  looksFor: 'claims that no volume is bound to',
  analyse: (situation) => [
    ...situation.cluster.claims.flatMap((claim) => unbound(claim, situation)),
    ...absentClaims(situation),
  ],
};

/** Why it is not bound, and how surely. */
interface Cause {
  words: string;
  score: number;
  volume?: PersistentVolume | undefined;
}

function unbound(claim: PersistentVolumeClaim, situation: Situation): Finding[] {
  const { cluster, quotes } = situation;
  if (claim.status.phase === 'Bound' || claim.metadata.deletionTimestamp) return [];
  const events = cluster.events.filter(
    ({ kind, namespace, name }) =>
      kind === 'PersistentVolumeClaim' &&
      namespace === claim.metadata.namespace &&
      name === claim.metadata.name,
  );
  const cause = causeOf(claim, events, cluster);
  if (cause === null) return [];
  const object = claimRef(claim);
  const users = usersOf(claim, cluster);
  const warnings = events.filter(
    ({ type, reason }) => type === 'Warning' || reason === 'FailedBinding',
  );
  return [
    {
      failureMode: 'volume-unbound',
      object,
      severity: users.length > 0 ? 'critical' : 'info',
      statement: `PersistentVolumeClaim ${object.name} is not bound: ${cause.words}.`,
      why: `${nameOf(object)} is ${claim.status.phase}${users.length > 0 ? `, and ${users.map(nameOf).join(', ')} cannot start without it` : ''}.`,
      citations: [
        ...quotes.object(object),
        ...warnings.slice(0, 1).flatMap((event) => quotes.event(event)),
        ...(cause.volume ? quotes.object(refOf('PersistentVolume', cause.volume.metadata)) : []),
      ],
      score: users.length > 0 ? cause.score : Math.min(cause.score, 0.5),
      explains: users,
      since: warnings[0]?.firstAt ?? claim.metadata.creationTimestamp ?? null,
    },
  ];
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

function causeOf(
  claim: PersistentVolumeClaim,
  events: readonly ClusterEvent[],
  cluster: Cluster,
): Cause | null {
  const { volumeName, storageClassName } = claim.spec;
  if (claim.status.phase === 'Lost') {
    return { words: `its volume ${volumeName} does not exist any more`, score: 0.95 };
  }
  if (volumeName !== '') return ofNamedVolume(claim, cluster);
  const known = cluster.storageClasses;
  const found =
    storageClassName == null
      ? known.find(({ metadata }) => metadata.annotations[DEFAULT_CLASS] === 'true')
      : known.find(({ metadata }) => metadata.name === storageClassName);
  const className = storageClassName ?? found?.metadata.name ?? '';
  const candidates = cluster.volumes.filter(({ spec }) => spec.storageClassName === className);
  const said = sayingOf(events);
  if (found === undefined && className !== '' && !cluster.unread.has('storageclasses')) {
    // Volumes and claims may agree on a class that exists in name only.
    if (candidates.length > 0) return ofVolumes(claim, candidates, className);
    return { words: `its storage class ${className} does not exist`, score: 0.96 };
  }
  if (isStatic(found)) {
    if (candidates.length > 0 || className !== '') return ofVolumes(claim, candidates, className);
    const score = said === null ? 0.88 : 0.92;
    return ofVolumes(claim, cluster.volumes, className, { score });
  }
  if (said !== null) return { words: said, score: 0.94 };
  return waitsForProvisioner(claim, found, events, cluster);
}

function isStatic(found: StorageClass | undefined): boolean {
  return found === undefined || found.provisioner === 'kubernetes.io/no-provisioner';
}

/** What the volume controller or a provisioner reports as a fault. */
function sayingOf(events: readonly ClusterEvent[]): string | null {
  const event = events.find(({ reason }) =>
    /^(?:ProvisioningFailed|FailedBinding|ClaimMisbound|VolumeMismatch|ClaimLost)$/.test(reason),
  );
  return event === undefined ? null : event.message.replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** Bound by name to a volume that is gone, another's, or not what it asks for. */
function ofNamedVolume(claim: PersistentVolumeClaim, cluster: Cluster): Cause | null {
  const { volumeName, storageClassName } = claim.spec;
  const volume = cluster.volumes.find(({ metadata }) => metadata.name === volumeName);
  if (volume === undefined) {
    if (cluster.unread.has('persistentvolumes')) return null;
    return { words: `it names volume ${volumeName}, which does not exist`, score: 0.95 };
  }
  const className = storageClassName ?? volume.spec.storageClassName;
  const mismatches = mismatchesOf(claim, volume, className);
  const words =
    mismatches.length === 0
      ? `it names volume ${volumeName} and is not bound to it`
      : `the volume ${volumeName} that it names ${mismatches.join(', and ')}`;
  return { words, score: mismatches.length === 0 ? 0.7 : 0.95, volume };
}

/** Of the volumes there are, the one that comes closest tells what is wrong. */
function ofVolumes(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  className: string,
  { score = 0.94 } = {},
): Cause {
  const [closest] = volumes
    .map((volume) => ({ volume, mismatches: mismatchesOf(claim, volume, className) }))
    .sort((a, b) => a.mismatches.length - b.mismatches.length);
  const asked = `${String(claim.spec.resources.requests.storage ?? '')} ${claim.spec.accessModes.join(', ')}`;
  if (closest === undefined) {
    return {
      words: `there is no volume${className === '' ? ' and no storage class' : ` of class ${className}`} for it, and nothing that makes one`,
      score,
    };
  }
  const { volume, mismatches } = closest;
  if (mismatches.length === 0)
    return { words: 'a volume fits and is not bound yet', score: 0.5, volume };
  return {
    words: `it asks for ${asked.trim()}, and the closest volume, ${volume.metadata.name}, ${mismatches.join(', and ')}`,
    score,
    volume,
  };
}

/**
 * A class that waits for the first consumer keeps its claims pending until a pod is placed: no fault. One that does not
 * wait, or whose consumer has been placed, has a provisioner that does not deliver.
 */
function waitsForProvisioner(
  claim: PersistentVolumeClaim,
  found: StorageClass | undefined,
  events: readonly ClusterEvent[],
  cluster: Cluster,
): Cause | null {
  const provisioner = found?.provisioner ?? '';
  const placed = events.some(
    ({ reason }) => reason === 'ExternalProvisioning' || reason === 'Provisioning',
  );
  if (claim.spec.selector != null) {
    return {
      words: `it has a selector, which the provisioner ${provisioner} cannot meet`,
      score: 0.85,
    };
  }
  if (found?.volumeBindingMode === 'WaitForFirstConsumer' && !placed) return null;
  const dynamic = cluster.claims.some(
    (it) => it.status.phase === 'Bound' && it.spec.storageClassName === found?.metadata.name,
  );
  return {
    words: `its provisioner ${provisioner} has not made a volume`,
    score: dynamic ? 0.75 : 0.85,
  };
}

/** Pods that name a claim that is not there. */
function absentClaims({ cluster, quotes }: Situation): Finding[] {
  if (cluster.unread.has('persistentvolumeclaims')) return [];
  const missing = cluster.pods
    .filter(({ spec, status }) => status.phase === 'Pending' && spec.nodeName === '')
    .flatMap((pod) =>
      claimNamesOf(pod)
        .filter(
          (name) =>
            !cluster.claims.some(
              ({ metadata }) =>
                metadata.name === name && metadata.namespace === pod.metadata.namespace,
            ),
        )
        .map((name) => ({
          pod,
          owner: ownerOf(pod, cluster),
          claim: {
            kind: 'PersistentVolumeClaim',
            namespace: pod.metadata.namespace,
            name,
          } satisfies ObjectRef,
        })),
    );
  const byClaim = Map.groupBy(missing, ({ claim }) => keyOf(claim));
  return [...byClaim.values()].flatMap(([first]): Finding[] => {
    if (first === undefined) return [];
    const { claim, owner, pod } = first;
    return [
      {
        failureMode: 'volume-unbound',
        object: claim,
        severity: 'critical',
        statement: `PersistentVolumeClaim ${claim.name}, which ${nameOf(owner)} names, does not exist.`,
        why: 'A pod that waits for a node names a claim that is not in its namespace.',
        citations: quotes.object(
          refOf('Pod', pod.metadata),
          /PersistentVolumeClaim |persistentvolumeclaim "/,
        ),
        score: 0.94,
        explains: [owner],
        since: unplacedSince(pod),
      },
    ];
  });
}

function unplacedSince({ metadata, status }: Pod): string | null {
  const scheduled = status.conditions.find(({ type }) => type === 'PodScheduled');
  return scheduled?.lastTransitionTime ?? metadata.creationTimestamp ?? null;
}
