import type { DiagnosisCase } from '../case.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails } from '../train-logs.ts';
import type { World } from '../world.ts';
import { GATEWAY, NAMESPACE, USERS } from './blind-train-tools.ts';

/** The kubelet's three words for an image that it did not get. */
function notPulled(world: World, app: string, image: string, why: string, events = true): void {
  const { pod } = world.app(app);
  world
    .app(app)
    .waiting({ reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` });
  if (!events) return;
  for (const [reason, message, count, type] of [
    ['Pulling', `Pulling image "${image}"`, 6, 'Normal'],
    ['Failed', `Failed to pull image "${image}": ${why}`, 6, 'Warning'],
    ['Failed', 'Error: ErrImagePull', 6, 'Warning'],
    ['BackOff', `Back-off pulling image "${image}"`, 41, 'Normal'],
    ['Failed', 'Error: ImagePullBackOff', 41, 'Warning'],
  ] as const)
    world.event(pod, { type, reason, message, count, first: 900, last: 30 });
}

/** Images that do not come. */
export const blindTrainStart: DiagnosisCase[] = [
  {
    name: 'blind-train-the-name-of-the-registry-does-not-resolve',
    family: 'start',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      const image = 'harbor.train.internal/ts/ts-route-service:1.0.2';
      world.app('ts-route-service').rollout(920, { container: { image } });
      notPulled(
        world,
        'ts-route-service',
        image,
        `rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://harbor.train.internal/v2/ts/ts-route-service/manifests/1.0.2": dial tcp: lookup harbor.train.internal on 192.168.31.1:53: no such host`,
      );
      callFails(world, 'ts-basic-service', 'ts-route-service', 'refused');
      edgeFails(world, '/api/v1/travelservice/trips/left');
    },
    expected: {
      causes: [{ failureMode: 'registry-unreachable', object: 'Deployment/ts-route-service' }],
    },
  },
  {
    name: 'blind-train-seat-has-a-tag-that-was-never-pushed',
    family: 'start',
    system: trainTicketWithRequests,
    alert: GATEWAY,
    arrange(world) {
      const image = 'docker.io/codewisdom/ts-seat-service:1.0.11';
      world.app('ts-seat-service').patchContainer({ image });
      notPulled(
        world,
        'ts-seat-service',
        image,
        `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
      );
      callFails(world, 'ts-travel-service', 'ts-seat-service', 'refused');
      callFails(world, 'ts-preserve-service', 'ts-travel-service', '500');
      edgeFails(world, '/api/v1/preserveservice/preserve');
    },
    expected: {
      causes: [{ failureMode: 'image-not-found', object: 'Deployment/ts-seat-service' }],
    },
  },
  {
    name: 'blind-train-the-pull-secret-of-assurance-is-not-there',
    family: 'start',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      const image = 'harbor.train.example/ts/ts-assurance-service:1.0.1';
      world
        .app('ts-assurance-service')
        .patchContainer({ image })
        .patchSpec({ imagePullSecrets: [{ name: 'harbor-cred' }] });
      notPulled(
        world,
        'ts-assurance-service',
        image,
        `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://harbor.train.example/service/token?scope=repository%3Ats%2Fts-assurance-service%3Apull&service=harbor-registry: 401 Unauthorized`,
      );
      world.event(world.app('ts-assurance-service').pod, {
        type: 'Warning',
        reason: 'FailedToRetrieveImagePullSecret',
        message:
          'Unable to retrieve some image pull secrets (harbor-cred); attempting to pull the image may not succeed.',
        count: 60,
        first: 900,
        last: 14,
      });
      callFails(world, 'ts-preserve-service', 'ts-assurance-service', 'refused');
    },
    expected: {
      causes: [
        { failureMode: 'image-pull-auth', object: 'Deployment/ts-assurance-service' },
        { failureMode: 'image-pull-auth', object: 'Secret/harbor-cred' },
      ],
    },
  },
  {
    name: 'blind-train-a-release-of-auth-cannot-be-pulled-while-the-old-pod-serves',
    family: 'start',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      const image = 'docker.io/codewisdom/ts-auth-servcie:1.0.2';
      const app = world.app('ts-auth-service');
      const old = structuredClone(app.pod);
      const before = app.replicaSet;
      app.rollout(1_000, { container: { image } });
      // A rolling update of one replica takes the old pod away only when the new one is ready.
      world.add(old);
      if (before)
        world.patch('ReplicaSet', before.metadata.name, {
          spec: { replicas: 1 },
          status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 },
        });
      const [fresh] = app.pods.filter(({ metadata }) => metadata.name !== old.metadata.name);
      if (!fresh) return;
      app.waiting(
        {
          reason: 'ErrImagePull',
          message: `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
        },
        [fresh],
      );
    },
    expected: {
      causes: [
        { failureMode: 'image-not-found', object: 'Deployment/ts-auth-service' },
        { failureMode: 'image-pull-auth', object: 'Deployment/ts-auth-service' },
      ],
    },
  },
];
