import type { DiagnosisCase } from '../case.ts';
import type { World } from '../world.ts';

const REPLICAS = { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'checkout' } };
const ERRORS = { name: 'HighErrorRate', labels: { service: 'frontend' } };

/** The newest ReplicaSet gets no pods; its controller says so in an event, a condition, or both. */
function refuse(
  world: World,
  app: string,
  message: string,
  told: { event?: boolean; condition?: boolean } = { event: true },
): void {
  const { replicaSet, workload } = world.app(app).losePods(9);
  if (replicaSet === null) throw new Error(`${app} has no ReplicaSet`);
  if (told.event) {
    world.event(replicaSet, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${message}`,
      count: 15,
      first: 1200,
      last: 60,
      from: 'replicaset-controller',
    });
  }
  if (!told.condition) return;
  const conditions = [
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message,
      lastTransitionTime: world.ago(1200),
    },
  ];
  for (const { kind, metadata } of [workload, replicaSet])
    world.patch(kind, metadata.name, { status: { conditions } });
}

function quota(
  world: World,
  name: string,
  hard: Record<string, string>,
  used: Record<string, string>,
) {
  world.create(
    'v1',
    'ResourceQuota',
    { name, creationTimestamp: world.ago(1500) },
    { spec: { hard }, status: { hard, used } },
  );
}

/** What the API server refuses to let in. */
export const admission: DiagnosisCase[] = [
  {
    name: 'quota-cpu-refuses-a-rollout',
    family: 'admission',
    alert: REPLICAS,
    arrange(world) {
      world.app('checkout').rollout(1200, { container: { resources: { requests: { cpu: '8' } } } });
      refuse(
        world,
        'checkout',
        'pods "checkout-x7k2p" is forbidden: exceeded quota: compute, requested: requests.cpu=8, used: requests.cpu=3, limited: requests.cpu=10',
      );
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/compute' }] },
  },
  {
    name: 'quota-memory-two-hops-below-the-alert',
    family: 'admission',
    alert: ERRORS,
    arrange(world) {
      quota(world, 'team-memory', { 'limits.memory': '4Gi' }, { 'limits.memory': '4Gi' });
      refuse(
        world,
        'payment',
        'pods "payment-5d8f9c7b4-" is forbidden: exceeded quota: team-memory, requested: limits.memory=256Mi, used: limits.memory=4Gi, limited: limits.memory=4Gi',
        { condition: true },
      );
      world.app('checkout').logs([
        {
          secondsAgo: 200,
          text: 'level=error msg="charge failed" err="rpc error: code = Unavailable desc = connection error: dial tcp 10.96.3.4:50051: connect: connection refused"',
        },
      ]);
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/team-memory' }] },
  },
  {
    name: 'quota-of-pods-full-and-no-event-left',
    family: 'admission',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'catalog' } },
    arrange(world) {
      world.patch('ResourceQuota', 'compute', {
        spec: { hard: { pods: '24' } },
        status: { hard: { pods: '24' }, used: { pods: '24' } },
      });
      world.app('catalog').losePods(2);
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/compute' }] },
  },
  {
    name: 'quota-of-services-leaves-one-unmade',
    family: 'admission',
    alert: ERRORS,
    arrange(world) {
      world.remove('Service', 'currency');
      quota(world, 'objects', { services: '12' }, { services: '12' });
      world.app('checkout').logs([
        {
          secondsAgo: 200,
          text: 'level=error msg="convert failed" err="rpc error: code = Unavailable desc = dns: A record lookup error: lookup currency on 10.96.0.10:53: no such host"',
        },
      ]);
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/objects' }] },
  },
  {
    name: 'quota-of-storage-refuses-a-claim',
    family: 'admission',
    alert: { name: 'KubeStatefulSetReplicasMismatch', labels: { statefulset: 'cart-redis' } },
    arrange(world) {
      quota(world, 'storage', { 'requests.storage': '40Gi' }, { 'requests.storage': '40Gi' });
      world.event(world.app('cart-redis').losePods(1).workload, {
        type: 'Warning',
        reason: 'FailedCreate',
        message:
          'create Claim data-cart-redis-0 for Pod cart-redis-0 in StatefulSet cart-redis failed error: persistentvolumeclaims "data-cart-redis-0" is forbidden: exceeded quota: storage, requested: requests.storage=20Gi, used: requests.storage=40Gi, limited: requests.storage=40Gi',
        count: 18,
        first: 1000,
        last: 30,
        from: 'statefulset-controller',
      });
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/storage' }] },
  },
  {
    name: 'limit-range-caps-memory',
    family: 'admission',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'recommendation' } },
    arrange(world) {
      world.create(
        'v1',
        'LimitRange',
        { name: 'defaults' },
        { spec: { limits: [{ type: 'Container', max: { memory: '512Mi', cpu: '1' } }] } },
      );
      world
        .app('recommendation')
        .rollout(1300, { container: { resources: { limits: { memory: '2Gi' } } } });
      refuse(
        world,
        'recommendation',
        'pods "recommendation-7c9d-" is forbidden: maximum memory usage per Container is 512Mi, but limit is 2Gi',
      );
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'LimitRange/defaults' }] },
  },
  {
    name: 'limit-range-wants-a-ratio',
    family: 'admission',
    alert: ERRORS,
    arrange(world) {
      world.create(
        'v1',
        'LimitRange',
        { name: 'ratios' },
        { spec: { limits: [{ type: 'Container', maxLimitRequestRatio: { cpu: '2' } }] } },
      );
      refuse(
        world,
        'cart',
        'pods "cart-66c8-" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 5.000000',
        { condition: true },
      );
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'LimitRange/ratios' }] },
  },
  {
    name: 'service-account-not-found',
    family: 'admission',
    alert: ERRORS,
    arrange(world) {
      world.app('payment').rollout(1200, { spec: { serviceAccountName: 'payment-sa' } });
      refuse(
        world,
        'payment',
        'pods "payment-6f-" is forbidden: error looking up service account shop/payment-sa: serviceaccount "payment-sa" not found',
      );
    },
    expected: {
      causes: [{ failureMode: 'missing-service-account', object: 'Deployment/payment' }],
    },
  },
  {
    name: 'service-account-missing-and-events-gone',
    family: 'admission',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'shipping' } },
    arrange(world) {
      world.app('shipping').patchSpec({ serviceAccountName: 'shiping' }).losePods(2);
    },
    expected: {
      causes: [{ failureMode: 'missing-service-account', object: 'Deployment/shipping' }],
    },
  },
  {
    name: 'policy-webhook-denies',
    family: 'admission',
    alert: REPLICAS,
    arrange(world) {
      world
        .app('checkout')
        .rollout(900, { container: { image: 'docker.io/shop/checkout:latest' } });
      refuse(
        world,
        'checkout',
        'admission webhook "validation.gatekeeper.sh" denied the request: [allowed-repos] container <checkout> has an invalid image repo <docker.io/shop/checkout:latest>, allowed repos are ["registry.example/"]',
        { event: true, condition: true },
      );
    },
    expected: { causes: [{ failureMode: 'admission-denied', object: 'Deployment/checkout' }] },
  },
  {
    name: 'injector-webhook-does-not-answer',
    family: 'admission',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'orders' } },
    arrange(world) {
      refuse(
        world,
        'orders',
        'Internal error occurred: failed calling webhook "namespace.sidecar-injector.istio.io": failed to call webhook: Post "https://istiod.istio-system.svc:443/inject?timeout=10s": no endpoints available for service "istiod"',
      );
    },
    expected: { causes: [{ failureMode: 'admission-denied', object: 'Service/istiod' }] },
  },
  {
    name: 'pod-security-refuses-a-privileged-pod',
    family: 'admission',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'ads' } },
    arrange(world) {
      refuse(
        world,
        'ads',
        'pods "ads-58c4-" is forbidden: violates PodSecurity "baseline:latest": privileged (container "ads" must not set securityContext.privileged=true)',
        { condition: true },
      );
    },
    expected: { causes: [{ failureMode: 'admission-denied', object: 'Deployment/ads' }] },
  },
  {
    name: 'checkout-killed-at-its-memory-limit',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'checkout' } },
    arrange(world) {
      world.app('checkout').crash({ exitCode: 137, reason: 'OOMKilled', restarts: 9 });
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/checkout' }] },
  },
];
