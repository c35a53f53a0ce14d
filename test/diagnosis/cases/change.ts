import type { DiagnosisCase } from '../case.ts';
import { serveAll, writeConfigMap } from '../served.ts';
import type { World } from '../world.ts';

const FRONTEND_ERRORS: DiagnosisCase['alert'] = {
  name: 'HighErrorRate',
  labels: { service: 'frontend' },
};

function usesConfigMap(
  world: World,
  app: string,
  name: string,
  data: Record<string, string>,
): void {
  world.create('v1', 'ConfigMap', { name }, { data });
  world.app(app).patchContainer({ envFrom: [{ configMapRef: { name } }] });
}

/** What somebody did shortly before. */
export const change: DiagnosisCase[] = [
  {
    name: 'release-of-payment-answers-500',
    family: 'change',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world
        .app('payment')
        .rollout(1000, { container: { image: 'registry.example/shop/payment:2.4.0' } });
      serveAll(world, {
        payment: { failed: [0, 0.7], secondsAgo: 960 },
        checkout: { failed: [0, 0.6], secondsAgo: 930 },
        frontend: { failed: [0.001, 0.2], secondsAgo: 930 },
      });
    },
    expected: { causes: [{ failureMode: 'bad-release', object: 'Deployment/payment' }] },
  },
  {
    name: 'release-of-catalog-logs-new-errors',
    family: 'change',
    alert: { name: 'HighErrorRate', labels: { service: 'recommendation' } },
    arrange(world) {
      const catalog = world
        .app('catalog')
        .rollout(1200, { container: { image: 'registry.example/shop/catalog:1.9.0-rc1' } });
      for (const pod of catalog.pods) {
        catalog.logs(
          Array.from({ length: 20 }, (_, index) => ({
            secondsAgo: 1150 - index * 50,
            text: `level=error msg="cannot render product" product=${4000 + index} err="index out of range [3] with length 3"`,
          })),
          [pod],
        );
      }
    },
    expected: { causes: [{ failureMode: 'bad-release', object: 'Deployment/catalog' }] },
  },
  {
    name: 'slow-release-of-orders-while-email-was-released-too',
    family: 'change',
    alert: { name: 'HighLatency', labels: { service: 'checkout' } },
    arrange(world) {
      world
        .app('email')
        .rollout(1500, { container: { image: 'registry.example/shop/email:1.0.2' } });
      world
        .app('orders')
        .rollout(1100, { container: { image: 'registry.example/shop/orders:7.0.0' } });
      serveAll(world, {
        orders: { seconds: [0.05, 0.9], secondsAgo: 1040 },
        checkout: { seconds: [0.1, 1.1], secondsAgo: 1020 },
        frontend: { seconds: [0.15, 0.5], secondsAgo: 1000 },
      });
    },
    expected: { causes: [{ failureMode: 'bad-release', object: 'Deployment/orders' }] },
  },
  {
    name: 'a-flag-in-a-config-map-breaks-checkout',
    family: 'change',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      usesConfigMap(world, 'checkout', 'checkout-feature-flags', { NEW_TAX_ENGINE: 'false' });
      writeConfigMap(world, 'checkout-feature-flags', { NEW_TAX_ENGINE: 'true' }, 1000);
      serveAll(world, {
        checkout: { failed: [0, 0.45], secondsAgo: 950 },
        frontend: { failed: [0, 0.2], secondsAgo: 940 },
      });
    },
    expected: {
      causes: [
        { failureMode: 'feature-flag', object: 'ConfigMap/checkout-feature-flags' },
        { failureMode: 'feature-flag', object: 'Deployment/checkout' },
      ],
    },
  },
  {
    name: 'a-flag-in-the-environment-of-cart',
    family: 'change',
    alert: { name: 'HighErrorRate', labels: { service: 'cart' } },
    arrange(world) {
      world.app('cart').rollout(1000).setEnv({ FEATURE_BATCH_WRITES: 'on' });
      serveAll(world, { cart: { failed: [0, 0.3], secondsAgo: 970 } });
    },
    expected: { causes: [{ failureMode: 'feature-flag', object: 'Deployment/cart' }] },
  },
  {
    name: 'a-setting-in-a-config-map-slows-currency',
    family: 'change',
    alert: { name: 'HighLatency', labels: { service: 'checkout' } },
    arrange(world) {
      usesConfigMap(world, 'currency', 'currency-settings', { CACHE_TTL: '300' });
      writeConfigMap(world, 'currency-settings', { CACHE_TTL: '0' }, 1100, 'argocd-controller');
      serveAll(world, {
        currency: { seconds: [0.02, 0.8], secondsAgo: 1060 },
        checkout: { seconds: [0.1, 0.9], secondsAgo: 1040 },
      });
    },
    expected: {
      causes: [
        { failureMode: 'bad-configuration', object: 'ConfigMap/currency-settings' },
        { failureMode: 'bad-configuration', object: 'Deployment/currency' },
      ],
    },
  },
  {
    name: 'a-release-whose-image-is-missing-is-told-by-its-image',
    family: 'change',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'shipping' } },
    arrange(world) {
      const image = 'registry.example/shop/shipping:9.9.9';
      const shipping = world.app('shipping').rollout(1000, { container: { image } });
      shipping.waiting({
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
        secondsAgo: 980,
      });
    },
    expected: { causes: [{ failureMode: 'image-not-found', object: 'Deployment/shipping' }] },
  },
  {
    name: 'a-change-after-the-onset-is-an-answer-not-the-cause',
    family: 'change',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'payment' }, minutesAgo: 15 },
    arrange(world) {
      world
        .app('checkout')
        .rollout(300, { container: { image: 'registry.example/shop/checkout:0.9.9' } });
      world.app('payment').crash({ exitCode: 137, reason: 'OOMKilled', secondsAgo: 1200 });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/payment' }] },
  },
  {
    name: 'a-release-next-door-is-a-red-herring',
    family: 'change',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world
        .app('frontend')
        .rollout(2400, { container: { image: 'registry.example/shop/frontend:3.1.0' } });
      world.app('cart').crash({ exitCode: 137, reason: 'OOMKilled', secondsAgo: 800 });
      serveAll(world, { frontend: { failed: [0, 0.2], secondsAgo: 800 } });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/cart' }] },
  },
];
