import type { Citation } from '../../../report/report.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { creatingPods, ownLines, stuckContainers, warningsOf } from './stuck.ts';

const EVENTS = new Set([
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedMountOnFilesystemMismatch',
  'VolumeFailedMount',
]);

/** What other analysers tell, and what passes by itself while a kubelet starts. */
const NOT_OF_VOLUMES =
  /(?:secret|configmap|serviceaccounts?) "[^"]+" not found|references non-existent|not registered|failed to sync \w+ cache|kube-api-access-/i;
/** Only that it takes long: the reason, if any, is in another message. */
const VAGUE = /timed out waiting for the condition|context deadline exceeded$/;

/** Of the runtime, about what it was to mount into the container. */
const IN_CONTAINER =
  /failed to prepare subPath|error mounting "|mount a directory onto a file|failed to create subPath|path "[^"]+" is mounted on|hostPath type check failed|propagation|error while creating mount source path/i;

/** Volumes that cannot be attached to the node or mounted into the pod. */
export const volumeMount: Analyser = {
  looksFor: 'volumes that cannot be attached or mounted',
  analyse: (situation) => [...whileCreating(situation), ...inContainers(situation)],
};

function whileCreating(situation: Situation): Finding[] {
  const { quotes } = situation;
  const byOwner = new Map(creatingPods(situation).map((it) => [keyOf(it.owner), it]));
  return [...byOwner.values()].flatMap(({ pod, owner }) => {
    const events = warningsOf(owner, EVENTS, situation).filter(
      ({ message }) => !NOT_OF_VOLUMES.test(message),
    );
    const event = events.find(({ message }) => !VAGUE.test(message)) ?? events[0];
    if (event === undefined) return [];
    return [
      findingOf(owner, {
        said: event.message,
        citations: [
          ...quotes.event(event),
          ...quotes.object(refOf('Pod', pod.metadata)),
          ...quotes.object(refOf('Pod', pod.metadata), /^\s+volume /).slice(0, 1),
        ],
        since: events.flatMap(({ firstAt }) => firstAt ?? []).sort()[0] ?? null,
        score: VAGUE.test(event.message) ? 0.75 : 0.93,
      }),
    ];
  });
}

function inContainers(situation: Situation): Finding[] {
  return stuckContainers(situation).flatMap((stuck) => {
    const said = stuck.messages.find((message) => IN_CONTAINER.test(message));
    if (said === undefined) return [];
    const citations = ownLines(stuck, situation);
    return [findingOf(stuck.owner, { said, citations, since: stuck.since, score: 0.93 })];
  });
}

function findingOf(
  owner: ObjectRef,
  {
    said,
    citations,
    since,
    score,
  }: { said: string; citations: Citation[]; since: string | null; score: number },
): Finding {
  const flat = said.replace(/\s+/g, ' ').trim();
  return {
    failureMode: 'volume-mount-failed',
    object: owner,
    severity: 'critical',
    statement: `A volume of ${nameOf(owner)} cannot be mounted: ${flat.length <= 200 ? flat : `${flat.slice(0, 200)}…`}`,
    why: 'Its pods have a node and wait for the volume.',
    citations,
    score,
    explains: [],
    since,
  };
}
