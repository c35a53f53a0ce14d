import type { DiagnosisCase } from '../case.ts';
import { kubeletWarns, unpulled } from '../starting.ts';

const ERRORS = { name: 'HighErrorRate', labels: { service: 'frontend' } };

function waiting(deployment: string): DiagnosisCase['alert'] {
  return { name: 'KubePodNotReady', labels: { deployment } };
}

function of(
  failureMode: 'image-not-found' | 'image-pull-auth' | 'registry-unreachable',
  workload: string,
): DiagnosisCase['expected'] {
  return { causes: [{ failureMode, object: `Deployment/${workload}` }] };
}

/** Images that are not pulled. */
export const startImages: DiagnosisCase[] = [
  {
    name: 'image-tag-with-a-typo-containerd',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      const image = 'registry.example/shop/payment:1.0.O';
      unpulled(
        world,
        world.app('payment').rollout(1000),
        image,
        `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
      );
    },
    expected: of('image-not-found', 'payment'),
  },
  {
    name: 'image-name-with-a-typo-docker-hub',
    family: 'start',
    alert: waiting('currency'),
    arrange(world) {
      const image = 'docker.io/shopteam/curency:1.0.0';
      unpulled(
        world,
        world.app('currency').rollout(1200),
        image,
        `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      );
    },
    expected: of('image-not-found', 'currency'),
  },
  {
    name: 'image-unknown-to-a-docker-daemon',
    family: 'start',
    alert: waiting('catalog'),
    arrange(world) {
      const image = 'shopteam/catalogue:latest';
      unpulled(
        world,
        world.app('catalog'),
        image,
        "Error response from daemon: pull access denied for shopteam/catalogue, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      );
    },
    expected: of('image-not-found', 'catalog'),
  },
  {
    name: 'image-only-backing-off',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      unpulled(world, world.app('catalog'), 'registry.example/shop/catalog:does-not-exist', null);
    },
    expected: of('image-not-found', 'catalog'),
  },
  {
    name: 'image-name-that-is-invalid',
    family: 'start',
    alert: waiting('ads'),
    arrange(world) {
      world.app('ads').patchContainer({ image: 'registry.example/shop/ads::v2' }).waiting({
        reason: 'InvalidImageName',
        message:
          'Failed to apply default image tag "registry.example/shop/ads::v2": couldn\'t parse image name "registry.example/shop/ads::v2": invalid reference format',
      });
    },
    expected: of('image-not-found', 'ads'),
  },
  {
    name: 'image-never-pulled',
    family: 'start',
    alert: waiting('email'),
    arrange(world) {
      world
        .app('email')
        .patchContainer({ image: 'shop/email:dev', imagePullPolicy: 'Never' })
        .waiting({
          reason: 'ErrImageNeverPull',
          message: 'Container image "shop/email:dev" is not present with pull policy of Never',
        });
    },
    expected: of('image-not-found', 'email'),
  },
  {
    name: 'registry-that-does-not-resolve',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      const image = 'registry.internal.exmaple/shop/shipping:1.0.0';
      unpulled(
        world,
        world.app('shipping').rollout(1500),
        image,
        `rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://registry.internal.exmaple/v2/shop/shipping/manifests/1.0.0": dial tcp: lookup registry.internal.exmaple on 10.0.0.2:53: no such host`,
      );
    },
    expected: of('registry-unreachable', 'shipping'),
  },
  {
    name: 'registry-lookup-answered-by-a-broken-resolver',
    family: 'start',
    alert: waiting('orders'),
    arrange(world) {
      const image = 'harbor.shop.example/shop/orders:2';
      world
        .app('orders')
        .patchContainer({ image })
        .waiting({
          reason: 'ImagePullBackOff',
          message: `Back-off pulling image "${image}": ErrImagePull: failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://harbor.shop.example/v2/shop/orders/manifests/2": dial tcp: lookup harbor.shop.example on 127.0.0.53:53: server misbehaving`,
        });
    },
    expected: of('registry-unreachable', 'orders'),
  },
  {
    name: 'registry-that-times-out',
    family: 'start',
    alert: waiting('cart'),
    arrange(world) {
      const image = 'registry.example/shop/cart:1.1.0';
      unpulled(
        world,
        world.app('cart').rollout(900),
        image,
        'rpc error: code = DeadlineExceeded desc = failed to do request: Head "https://registry.example/v2/shop/cart/manifests/1.1.0": dial tcp 198.51.100.7:443: i/o timeout',
        world.app('cart').pods.slice(0, 1),
      );
    },
    expected: of('registry-unreachable', 'cart'),
  },
  {
    name: 'registry-that-limits-the-rate',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      unpulled(
        world,
        world.app('recommendation'),
        'docker.io/library/python:3.13',
        'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/python/manifests/sha256:1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
      );
    },
    expected: of('registry-unreachable', 'recommendation'),
  },
  {
    name: 'pull-without-credentials',
    family: 'start',
    alert: ERRORS,
    arrange(world) {
      const image = 'private.example/shop/checkout:1.4.2';
      unpulled(
        world,
        world.app('checkout').rollout(1100),
        image,
        `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://private.example/service/token: 401 Unauthorized`,
      );
    },
    expected: of('image-pull-auth', 'checkout'),
  },
  {
    name: 'pull-secret-that-does-not-exist',
    family: 'start',
    alert: waiting('payment'),
    arrange(world) {
      const payment = world.app('payment').patchSpec({ imagePullSecrets: [{ name: 'regcred' }] });
      unpulled(
        world,
        payment,
        'private.example/shop/payment:1.0.0',
        'failed to resolve reference "private.example/shop/payment:1.0.0": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      );
      kubeletWarns(
        world,
        payment,
        'FailedToRetrieveImagePullSecret',
        'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      );
    },
    expected: of('image-pull-auth', 'payment'),
  },
];
