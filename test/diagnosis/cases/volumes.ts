import type { DiagnosisCase } from '../case.ts';
import type { Tree } from '../merge-patch.ts';
import { pending } from '../placing.ts';
import type { World } from '../world.ts';

const UNBOUND =
  '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

/** A claim that is not bound, and the app whose pods wait for it. */
function waitFor(
  world: World,
  app: string,
  claim: { name: string; spec: Tree; event?: { reason: string; message: string; type?: 'Normal' } },
  message = UNBOUND,
): void {
  const { name, spec, event } = claim;
  const made = world.create(
    'v1',
    'PersistentVolumeClaim',
    { name, creationTimestamp: world.ago(1200) },
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '8Gi' } },
        volumeMode: 'Filesystem',
        ...spec,
      },
      status: { phase: 'Pending' },
    },
  );
  if (event)
    world.event(made, {
      type: 'Warning',
      count: 60,
      first: 1200,
      last: 15,
      from: 'persistentvolume-controller',
      ...event,
    });
  world
    .app(app)
    .patchSpec({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] })
    .unschedulable(message);
}

function volume(world: World, name: string, spec: Tree, metadata: Tree = {}, phase = 'Available') {
  world.create(
    'v1',
    'PersistentVolume',
    { name, namespace: null, ...metadata },
    {
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'manual',
        persistentVolumeReclaimPolicy: 'Retain',
        hostPath: { path: `/srv/${name}` },
        ...spec,
      },
      status: { phase },
    },
  );
}

function unbound(name: string): DiagnosisCase['expected'] {
  return {
    causes: [{ failureMode: 'volume-unbound', object: `PersistentVolumeClaim/${name}` }],
  };
}

/** Claims that no volume is bound to. */
export const volumes: DiagnosisCase[] = [
  {
    name: 'storage-class-that-does-not-exist',
    family: 'scheduling',
    alert: { name: 'KubeStatefulSetReplicasMismatch', labels: { statefulset: 'orders-db' } },
    arrange: (world) =>
      waitFor(world, 'orders-db', {
        name: 'orders-data',
        spec: { storageClassName: 'premium-ssd' },
        event: {
          reason: 'ProvisioningFailed',
          message: 'storageclass.storage.k8s.io "premium-ssd" not found',
        },
      }),
    expected: unbound('orders-data'),
  },
  {
    name: 'storage-class-missing-two-hops-below',
    family: 'scheduling',
    alert: { name: 'HighErrorRate', labels: { service: 'frontend' } },
    arrange: (world) =>
      waitFor(world, 'cart-redis', { name: 'redis-data', spec: { storageClassName: 'fast' } }),
    expected: unbound('redis-data'),
  },
  {
    name: 'claim-larger-than-any-volume',
    family: 'scheduling',
    alert: pending('catalog'),
    arrange(world) {
      volume(world, 'pv-a', {});
      volume(world, 'pv-b', { capacity: { storage: '20Gi' } });
      waitFor(world, 'catalog', {
        name: 'images',
        spec: { storageClassName: 'manual', resources: { requests: { storage: '100Gi' } } },
        event: {
          reason: 'ProvisioningFailed',
          message: 'storageclass.storage.k8s.io "manual" not found',
        },
      });
    },
    expected: unbound('images'),
  },
  {
    name: 'claim-that-many-want-to-write',
    family: 'scheduling',
    alert: pending('email'),
    arrange(world) {
      volume(world, 'pv-mails', {});
      waitFor(world, 'email', {
        name: 'mails',
        spec: { storageClassName: 'manual', accessModes: ['ReadWriteMany'] },
      });
    },
    expected: unbound('mails'),
  },
  {
    name: 'claim-whose-selector-no-volume-has',
    family: 'scheduling',
    alert: pending('ads'),
    arrange(world) {
      volume(world, 'pv-ads', {}, { labels: { tier: 'bronze' } });
      waitFor(world, 'ads', {
        name: 'banners',
        spec: { storageClassName: 'manual', selector: { matchLabels: { tier: 'gold' } } },
      });
    },
    expected: unbound('banners'),
  },
  {
    name: 'volume-that-another-claim-has-taken',
    family: 'scheduling',
    alert: { name: 'KubeStatefulSetReplicasMismatch', labels: { statefulset: 'cart-redis' } },
    arrange(world) {
      volume(
        world,
        'pv-redis-main',
        { claimRef: { namespace: 'shop', name: 'redis-backup', kind: 'PersistentVolumeClaim' } },
        {},
        'Bound',
      );
      waitFor(world, 'cart-redis', {
        name: 'redis-main',
        spec: { storageClassName: 'manual', volumeName: 'pv-redis-main' },
        event: {
          reason: 'FailedBinding',
          message: 'volume "pv-redis-main" already bound to a different claim.',
        },
      });
    },
    expected: unbound('redis-main'),
  },
  {
    name: 'volume-released-and-never-cleared',
    family: 'scheduling',
    alert: pending('orders'),
    arrange(world) {
      volume(
        world,
        'pv-orders-old',
        { claimRef: { namespace: 'shop', name: 'orders-old', kind: 'PersistentVolumeClaim' } },
        {},
        'Released',
      );
      waitFor(world, 'orders', {
        name: 'exports',
        spec: { storageClassName: 'manual' },
      });
    },
    expected: unbound('exports'),
  },
  {
    name: 'no-class-and-no-volume',
    family: 'scheduling',
    alert: pending('payment'),
    arrange: (world) =>
      waitFor(world, 'payment', {
        name: 'ledger',
        spec: { storageClassName: '' },
        event: {
          reason: 'FailedBinding',
          message: 'no persistent volumes available for this claim and no storage class is set',
          type: 'Normal',
        },
      }),
    expected: unbound('ledger'),
  },
  {
    name: 'provisioner-that-is-refused-by-its-cloud',
    family: 'scheduling',
    alert: pending('shipping'),
    arrange: (world) =>
      waitFor(
        world,
        'shipping',
        {
          name: 'labels',
          spec: { storageClassName: 'standard' },
          event: {
            reason: 'ProvisioningFailed',
            message:
              'failed to provision volume with StorageClass "standard": rpc error: code = ResourceExhausted desc = volume quota of the project is used up',
          },
        },
        '0/3 nodes are available: 3 node(s) did not have enough free storage.',
      ),
    expected: unbound('labels'),
  },
  {
    name: 'claim-that-nobody-made',
    family: 'scheduling',
    alert: pending('currency'),
    arrange(world) {
      world
        .app('currency')
        .patchSpec({ volumes: [{ name: 'rates', persistentVolumeClaim: { claimName: 'rates' } }] })
        .unschedulable(
          '0/3 nodes are available: persistentvolumeclaim "rates" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
        );
    },
    expected: unbound('rates'),
  },
  {
    name: 'volume-in-the-zone-of-no-node',
    family: 'scheduling',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.patch('PersistentVolume', 'pv-orders-db', {
        spec: {
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['zone-7'] },
                  ],
                },
              ],
            },
          },
        },
      });
      world
        .app('orders-db')
        .unschedulable('0/3 nodes are available: 3 node(s) had volume node affinity conflict.');
    },
    expected: unbound('data-orders-db-0'),
  },
];
