import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { clusterIp, frontendFails, frontendWarns, orderFails, refused } from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import type { World } from '../world.ts';

/** As kubelet and containerd tell of an image that they cannot have. */
function unpullable(
  world: World,
  name: string,
  image: string,
  why: string,
  hasEvents = true,
): void {
  const app = world.app(name);
  const failed = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${why}`;
  app.rollout(900, { container: { image } });
  app.waiting({
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${image}": ErrImagePull: ${failed}`,
  });
  if (!hasEvents) return;
  const { pod } = app;
  world.event(pod, {
    reason: 'Pulling',
    message: `Pulling image "${image}"`,
    count: 5,
    first: 895,
    last: 120,
  });
  world.event(pod, {
    type: 'Warning',
    reason: 'Failed',
    message: `Failed to pull image "${image}": ${failed}`,
    count: 5,
    first: 890,
    last: 118,
  });
  world.event(pod, {
    type: 'Warning',
    reason: 'Failed',
    message: 'Error: ErrImagePull',
    count: 5,
    first: 890,
    last: 118,
  });
  world.event(pod, {
    reason: 'BackOff',
    message: `Back-off pulling image "${image}"`,
    count: 41,
    first: 870,
    last: 9,
  });
  world.event(pod, {
    type: 'Warning',
    reason: 'Failed',
    message: 'Error: ImagePullBackOff',
    count: 41,
    first: 870,
    last: 9,
  });
}

/** Images that do not come. */
export const blindBoutiqueImages: DiagnosisCase[] = [
  boutiqueCase({
    name: 'registry-has-no-address',
    family: 'start',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      unpullable(
        world,
        'currencyservice',
        'registry.boutique.internal:5000/currencyservice:v0.10.3',
        'failed to do request: Head "https://registry.boutique.internal:5000/v2/currencyservice/manifests/v0.10.3": dial tcp: lookup registry.boutique.internal on 192.168.10.2:53: no such host',
      );
      frontendFails(
        world,
        'could not retrieve currencies',
        refused(`${clusterIp(world, 'currencyservice')}:7000`),
      );
      meshFails(world, [
        ['frontend', 'currencyservice'],
        ['loadgenerator', 'frontend'],
        ['checkoutservice', 'currencyservice'],
      ]);
    },
    causes: [{ failureMode: 'registry-unreachable', object: 'Deployment/currencyservice' }],
  }),
  boutiqueCase({
    name: 'resolver-of-the-node-fails-for-docker-hub',
    family: 'start',
    blind: true,
    arrange(world) {
      unpullable(
        world,
        'redis-cart',
        'docker.io/library/redis:7.4-alpine',
        'failed to do request: Head "https://registry-1.docker.io/v2/library/redis/manifests/7.4-alpine": dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: server misbehaving',
      );
      frontendFails(
        world,
        'could not retrieve cart',
        "code = FailedPrecondition desc = Can't access cart storage. StackExchange.Redis.RedisConnectionException: The message timed out in the backlog attempting to send because no connection became available (5000ms)",
        '/cart',
      );
    },
    causes: [
      { failureMode: 'registry-unreachable', object: 'Deployment/redis-cart' },
      { failureMode: 'registry-unreachable', object: 'Node/k8s-worker-3' },
    ],
  }),
  boutiqueCase({
    name: 'tag-with-a-slip-of-the-finger',
    family: 'start',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      const image =
        'us-central1-docker.pkg.dev/google-samples/microservices-demo/checkoutservice:v0.10.22';
      unpullable(world, 'checkoutservice', image, `${image}: not found`);
      frontendFails(
        world,
        'failed to complete the order',
        refused(`${clusterIp(world, 'checkoutservice')}:5050`),
        '/cart/checkout',
      );
    },
    causes: [{ failureMode: 'image-not-found', object: 'Deployment/checkoutservice' }],
  }),
  boutiqueCase({
    name: 'image-nobody-published-and-only-the-status-says-so',
    family: 'start',
    arrange(world) {
      const image = 'docker.io/boutique-demo/recommendationservice:latest';
      unpullable(
        world,
        'recommendationservice',
        image,
        'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        false,
      );
      frontendWarns(
        world,
        'failed to get product recommendations',
        refused(`${clusterIp(world, 'recommendationservice')}:8080`),
      );
      meshFails(world, [['frontend', 'recommendationservice']]);
    },
    causes: [
      { failureMode: 'image-not-found', object: 'Deployment/recommendationservice' },
      { failureMode: 'image-pull-auth', object: 'Deployment/recommendationservice' },
    ],
  }),
  boutiqueCase({
    name: 'pull-secret-that-does-not-exist',
    family: 'start',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      const image = 'harbor.example.com/boutique/paymentservice:v0.10.2';
      const app = world.app('paymentservice');
      app.patchSpec({ imagePullSecrets: [{ name: 'harbor-pull' }] });
      unpullable(
        world,
        'paymentservice',
        image,
        'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://harbor.example.com/service/token?scope=repository%3Aboutique%2Fpaymentservice%3Apull&service=harbor-registry: 401 Unauthorized',
      );
      world.event(app.pod, {
        type: 'Warning',
        reason: 'FailedToRetrieveImagePullSecret',
        message:
          'Unable to retrieve some image pull secrets (harbor-pull); attempting to pull the image may not succeed.',
        count: 46,
        first: 895,
        last: 8,
      });
      orderFails(
        world,
        'failed to charge card: could not charge the card',
        refused(`${clusterIp(world, 'paymentservice')}:50051`),
      );
    },
    causes: [
      { failureMode: 'image-pull-auth', object: 'Deployment/paymentservice' },
      { failureMode: 'image-pull-auth', object: 'Secret/harbor-pull' },
    ],
  }),
  boutiqueCase({
    name: 'cart-wants-a-secret-that-was-never-made',
    family: 'start',
    arrange(world) {
      const app = world.app('cartservice');
      app.patchContainer({
        env: [
          { name: 'REDIS_ADDR', value: 'redis-cart:6379' },
          {
            name: 'REDIS_PASSWORD',
            valueFrom: { secretKeyRef: { name: 'redis-credentials', key: 'password' } },
          },
        ],
      });
      app.waiting({
        reason: 'CreateContainerConfigError',
        message: 'secret "redis-credentials" not found',
      });
      world.event(app.pod, {
        type: 'Warning',
        reason: 'Failed',
        message: 'Error: secret "redis-credentials" not found',
        count: 70,
        first: 900,
        last: 5,
      });
      frontendFails(
        world,
        'could not retrieve cart',
        refused(`${clusterIp(world, 'cartservice')}:7070`),
        '/cart',
      );
      meshFails(world, [
        ['frontend', 'cartservice'],
        ['checkoutservice', 'cartservice'],
      ]);
    },
    causes: [
      { failureMode: 'missing-config', object: 'Deployment/cartservice' },
      { failureMode: 'missing-config', object: 'Secret/redis-credentials' },
    ],
  }),
];
