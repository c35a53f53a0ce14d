import type { Tree } from './merge-patch.ts';
import { World } from './world.ts';

/** A shop of a dozen services on three nodes, all well, as it was at the end of the window. */
export function healthyShop(now: string): World {
  const world = new World(now);
  addCluster(world);
  addStores(world);
  addServices(world);
  addEdges(world);
  return world;
}

function addCluster(world: World): void {
  const since = world.ago(50 * 86_400);
  const condition = (type: string, status: string, reason: string): Tree => ({
    type,
    status,
    reason,
    message: reason,
    lastTransitionTime: since,
    lastHeartbeatTime: world.ago(20),
  });
  for (const [index, name] of world.nodeNames.entries()) {
    world.create(
      'v1',
      'Node',
      {
        name,
        namespace: null,
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
          'topology.kubernetes.io/zone': `zone-${index + 1}`,
        },
        creationTimestamp: since,
      },
      {
        spec: {},
        status: {
          capacity: { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' },
          allocatable: { cpu: '3920m', memory: '15Gi', pods: '110', 'ephemeral-storage': '92Gi' },
          addresses: [
            { type: 'InternalIP', address: `10.0.0.${10 + index}` },
            { type: 'Hostname', address: name },
          ],
          conditions: [
            condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
            condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
            condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
            condition('Ready', 'True', 'KubeletReady'),
          ],
          nodeInfo: {
            kubeletVersion: 'v1.34.1',
            containerRuntimeVersion: 'containerd://2.1.4',
            kernelVersion: '6.12.0',
            osImage: 'Debian GNU/Linux 13',
            architecture: 'amd64',
          },
        },
      },
    );
  }
  for (const name of ['kube-system', 'default', world.namespace])
    world.create('v1', 'Namespace', { name, namespace: null }, { status: { phase: 'Active' } });
  const system = { namespace: 'kube-system' };
  world.deploy({ ...system, name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.12.1' });
  world.deploy({
    ...system,
    name: 'kube-proxy',
    kind: 'DaemonSet',
    replicas: 3,
    image: 'registry.k8s.io/kube-proxy:v1.34.1',
  });
  world.deploy({
    ...system,
    name: 'kube-scheduler',
    replicas: 1,
    image: 'registry.k8s.io/kube-scheduler:v1.34.1',
  });
  world.deploy({
    ...system,
    name: 'cilium',
    kind: 'DaemonSet',
    replicas: 3,
    image: 'quay.io/cilium/cilium:v1.18.2',
  });
  world.create('v1', 'ServiceAccount', { name: 'default' }, {});
  world.create(
    'storage.k8s.io/v1',
    'StorageClass',
    {
      name: 'standard',
      namespace: null,
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    {
      provisioner: 'ebs.csi.example',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
  );
  world.create(
    'v1',
    'ConfigMap',
    { name: 'shop-config' },
    { data: { LOG_LEVEL: 'info', CURRENCY: 'EUR' } },
  );
  world.create(
    'v1',
    'ResourceQuota',
    { name: 'compute' },
    {
      spec: {
        hard: { 'requests.cpu': '10', 'requests.memory': '16Gi', pods: '80', services: '40' },
      },
      status: {
        hard: { 'requests.cpu': '10', 'requests.memory': '16Gi', pods: '80', services: '40' },
        used: { 'requests.cpu': '3', 'requests.memory': '2Gi', pods: '26', services: '13' },
      },
    },
  );
}

function addStores(world: World): void {
  for (const [name, image, port] of [
    ['orders-db', 'registry.example/library/postgres:17.2', 5432],
    ['cart-redis', 'registry.example/library/redis:8.2', 6379],
  ] as const) {
    world.deploy({
      name,
      kind: 'StatefulSet',
      replicas: 1,
      image,
      port,
      spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `data-${name}-0` } }] },
    });
    world.create(
      'v1',
      'PersistentVolumeClaim',
      { name: `data-${name}-0` },
      {
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'standard',
          volumeName: `pv-${name}`,
          resources: { requests: { storage: '20Gi' } },
          volumeMode: 'Filesystem',
        },
        status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '20Gi' } },
      },
    );
    world.create(
      'v1',
      'PersistentVolume',
      { name: `pv-${name}`, namespace: null },
      {
        spec: {
          capacity: { storage: '20Gi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'standard',
          persistentVolumeReclaimPolicy: 'Delete',
          claimRef: {
            kind: 'PersistentVolumeClaim',
            namespace: world.namespace,
            name: `data-${name}-0`,
          },
          csi: { driver: 'ebs.csi.example', volumeHandle: name },
        },
        status: { phase: 'Bound' },
      },
    );
  }
}

function addServices(world: World): void {
  world.deploy({ name: 'catalog', port: 3550 });
  world.deploy({ name: 'currency', port: 7000 });
  world.deploy({ name: 'payment', port: 50051 });
  world.deploy({ name: 'shipping', port: 50052 });
  world.deploy({ name: 'email', port: 8080, replicas: 1 });
  world.deploy({ name: 'ads', port: 9555, replicas: 1 });
  world.deploy({ name: 'cart', port: 7070, env: { REDIS_ADDR: 'cart-redis:6379' } });
  world.deploy({ name: 'recommendation', port: 8081, env: { CATALOG_ADDR: 'catalog:3550' } });
  world.deploy({ name: 'orders', port: 8082, env: { DB_HOST: 'orders-db', DB_PORT: '5432' } });
  world.deploy({
    name: 'checkout',
    port: 5050,
    env: {
      CART_ADDR: 'cart:7070',
      CATALOG_ADDR: 'catalog:3550',
      CURRENCY_ADDR: 'currency:7000',
      PAYMENT_ADDR: 'payment:50051',
      SHIPPING_ADDR: 'shipping:50052',
      EMAIL_ADDR: 'email:8080',
      ORDERS_URL: 'http://orders:8082',
    },
  });
  world.deploy({
    name: 'frontend',
    port: 8080,
    replicas: 3,
    env: {
      CHECKOUT_ADDR: 'checkout:5050',
      CART_ADDR: 'cart:7070',
      CATALOG_ADDR: 'catalog:3550',
      CURRENCY_ADDR: 'currency:7000',
      RECOMMENDATION_ADDR: 'recommendation:8081',
      ADS_ADDR: 'ads:9555',
      SHIPPING_ADDR: 'shipping:50052',
    },
  });
}

function addEdges(world: World): void {
  world.create(
    'networking.k8s.io/v1',
    'Ingress',
    { name: 'shop' },
    {
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'shop.example',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'frontend', port: { number: 8080 } } },
                },
              ],
            },
          },
        ],
      },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } },
    },
  );
  world.create(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    { name: 'frontend' },
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'frontend' },
        minReplicas: 3,
        maxReplicas: 10,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      },
      status: {
        currentReplicas: 3,
        desiredReplicas: 3,
        currentMetrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', current: { averageUtilization: 31, averageValue: '31m' } },
          },
        ],
        conditions: [
          { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
          { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' },
        ],
      },
    },
  );
  for (const app of world.apps) {
    if (app.pods[0]?.metadata.namespace !== world.namespace) continue;
    for (const pod of app.pods) {
      world.log(
        { app: app.name, pod: pod.metadata.name, container: app.container },
        Array.from({ length: 12 }, (_, index) => ({
          secondsAgo: 6600 - index * 540,
          text: `level=info msg="handled ${120 + index} requests in the last minute" service=${app.name}`,
        })),
      );
    }
  }
}
