import type { Cluster, ClusterEvent } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf, type ObjectRef } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { failureModeOf, type PullFailure, pullFailureOf, wordsOf } from './pull-failure.ts';
import { ownLines, type Stuck, stuckContainers, warningsOf } from './stuck.ts';

const WAITING =
  /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable|ImageInspectError)$/;
const PULL_EVENTS = new Set([
  'Failed',
  'BackOff',
  'InspectFailed',
  'ErrImageNeverPull',
  'FailedToRetrieveImagePullSecret',
]);
const NO_SECRET = 'FailedToRetrieveImagePullSecret';

/** Images that cannot be pulled: wrong names and tags, registries that refuse, and those that cannot be reached. */
export const imagePull: Analyser = {
  looksFor: 'images that cannot be pulled',
  analyse: (situation) =>
    stuckContainers(situation)
      .filter(({ reason }) => WAITING.test(reason))
      .flatMap((stuck) => finding(stuck, situation)),
};

function finding(stuck: Stuck, situation: Situation): Finding[] {
  const { owner, container, reason, messages, pod, since } = stuck;
  const { image } = container;
  const events = warningsOf(owner, PULL_EVENTS, situation).filter(
    ({ message, reason: why }) => why === NO_SECRET || message.includes(image),
  );
  const pulls = events.filter((it) => it.reason !== NO_SECRET);
  const said = pullFailureOf([reason, ...messages, ...pulls.map(({ message }) => message)]);
  const { failure, score } = judge(said, stuck, events, situation.cluster);
  const node: ObjectRef = { kind: 'Node', namespace: null, name: pod.spec.nodeName };
  const object = failure === 'no-space' ? node : owner;
  const telling = events.toSorted((a, b) => Number(isTelling(b)) - Number(isTelling(a)));
  return [
    {
      failureMode: failureModeOf(failure),
      object,
      severity: 'critical',
      statement: `Image ${image} of ${nameOf(owner)} ${wordsOf(failure)}.`,
      why:
        said === null
          ? 'The kubelet cannot pull it; what the registry said is not kept.'
          : 'The kubelet tells what the registry answered.',
      citations: [
        ...ownLines(stuck, situation),
        ...telling.slice(0, 2).flatMap((event) => situation.quotes.event(event)),
      ],
      score,
      explains: object === owner ? [] : [owner],
      since,
    },
  ];
}

function isTelling({ message, reason }: ClusterEvent): boolean {
  return reason === NO_SECRET || pullFailureOf([message]) !== null;
}

/**
 * A registry that wants to keep its secrets answers alike for what is absent and for what is private. What else is
 * known of the repository and of the pod's credentials tells the one from the other.
 */
function judge(
  said: PullFailure | null,
  { container, pod }: Stuck,
  events: readonly ClusterEvent[],
  cluster: Cluster,
): { failure: PullFailure; score: number } {
  if (said !== null && said !== 'absent-or-private') {
    return { failure: said, score: said === 'unreachable' ? 0.92 : 0.95 };
  }
  const secretGone = events.some(({ reason }) => reason === NO_SECRET);
  const repository = repositoryOf(container.image);
  const running = imagesThatRun(cluster);
  const exists = running.some((image) => repositoryOf(image) === repository);
  const credentials = secretGone || pod.spec.imagePullSecrets.length > 0;
  if (said === null) {
    return secretGone ? { failure: 'refused', score: 0.85 } : { failure: 'absent', score: 0.65 };
  }
  if (secretGone || exists) return { failure: 'refused', score: 0.93 };
  return credentials
    ? { failure: 'refused', score: 0.82 }
    : { failure: 'absent-or-private', score: 0.88 };
}

/** `registry.example/shop/cart` of `registry.example/shop/cart:1.2@sha256:…`. */
function repositoryOf(image: string): string {
  const [path = ''] = image.split('@');
  return path.replace(/:[^/:]+$/, '');
}

/** Of other workloads, and of the revision before. */
function imagesThatRun({ pods }: Cluster): string[] {
  return pods.flatMap(({ spec, status }) =>
    spec.containers
      .filter(({ name }) => status.containerStatuses.some((it) => it.name === name && it.ready))
      .map(({ image }) => image),
  );
}
