import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { frontendFails } from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import type { Tree } from '../merge-patch.ts';
import type { World } from '../world.ts';

const CLAIM = 'redis-cart-data';
const CANNOT_ACCESS =
  "code = FailedPrecondition desc = Can't access cart storage. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s). Error connecting right now. To allow this multiplexer to continue retrying until it's able to connect, use abortConnect=false in your connection string or AbortOnConnectFail=false; in your code.";

function volume(world: World, name: string, spec: Tree, claimRef: Tree | null = null): void {
  world.create(
    'v1',
    'PersistentVolume',
    { name, namespace: null },
    {
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        volumeMode: 'Filesystem',
        hostPath: { path: `/data/${name}` },
        ...spec,
        ...(claimRef ? { claimRef } : {}),
      },
      status: { phase: claimRef ? 'Bound' : 'Available' },
    },
  );
}

/** The cart's Redis keeps its data on a claim, which stays Pending. */
function pendingClaim(
  world: World,
  spec: Tree,
  said: { reason: string; message: string } | null,
): void {
  const claim = world.create(
    'v1',
    'PersistentVolumeClaim',
    { name: CLAIM, creationTimestamp: world.ago(1_000), labels: { app: 'redis-cart' } },
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        volumeMode: 'Filesystem',
        resources: { requests: { storage: '5Gi' } },
        ...spec,
      },
      status: { phase: 'Pending' },
    },
  );
  const app = world.app('redis-cart');
  app.patchSpec({ volumes: [{ name: 'redis-data', persistentVolumeClaim: { claimName: CLAIM } }] });
  app.unschedulable(
    '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
    { event: said !== null },
  );
  if (said)
    world.event(claim, {
      type: said.reason === 'FailedBinding' ? 'Normal' : 'Warning',
      ...said,
      count: 61,
      first: 995,
      last: 12,
      from: 'persistentvolume-controller',
    });
  frontendFails(world, 'could not retrieve cart', CANNOT_ACCESS, '/cart');
  world.app('cartservice').logs([
    { secondsAgo: 700, text: 'fail: Grpc.AspNetCore.Server.ServerCallHandler[6]' },
    { secondsAgo: 700, text: "      Error when executing service method 'GetCart'." },
    {
      secondsAgo: 699,
      text: '      StackExchange.Redis.RedisConnectionException: UnableToConnect on redis-cart:6379/Interactive, Initializing/NotStarted, last: NONE, origin: BeginConnectAsync',
    },
  ]);
  meshFails(world, [
    ['frontend', 'cartservice'],
    ['checkoutservice', 'cartservice'],
  ]);
}

/** Claims that find no volume, and volumes that do not let themselves be used. */
export const blindBoutiqueVolumes: DiagnosisCase[] = [
  boutiqueCase({
    name: 'claim-selects-a-label-that-no-volume-has',
    family: 'scheduling',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      volume(world, 'pv-redis', { storageClassName: 'manual' });
      pendingClaim(
        world,
        { storageClassName: 'manual', selector: { matchLabels: { tier: 'cache' } } },
        { reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "manual" not found' },
      );
    },
    causes: [{ failureMode: 'volume-unbound', object: `PersistentVolumeClaim/${CLAIM}` }],
  }),
  boutiqueCase({
    name: 'storage-class-nobody-has-heard-of',
    family: 'scheduling',
    blind: true,
    arrange(world) {
      pendingClaim(
        world,
        { storageClassName: 'fast-ssd' },
        {
          reason: 'ProvisioningFailed',
          message: 'storageclass.storage.k8s.io "fast-ssd" not found',
        },
      );
    },
    causes: [{ failureMode: 'volume-unbound', object: `PersistentVolumeClaim/${CLAIM}` }],
  }),
  boutiqueCase({
    name: 'claim-wants-to-be-shared-and-the-volume-does-not',
    family: 'scheduling',
    arrange(world) {
      volume(world, 'pv-redis', { storageClassName: '' });
      pendingClaim(
        world,
        { storageClassName: '', accessModes: ['ReadWriteMany'] },
        {
          reason: 'FailedBinding',
          message: 'no persistent volumes available for this claim and no storage class is set',
        },
      );
    },
    causes: [{ failureMode: 'volume-unbound', object: `PersistentVolumeClaim/${CLAIM}` }],
  }),
  boutiqueCase({
    name: 'claim-is-larger-than-the-volume-and-events-are-gone',
    family: 'scheduling',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      volume(world, 'pv-redis', { storageClassName: '' });
      pendingClaim(
        world,
        { storageClassName: '', resources: { requests: { storage: '200Gi' } } },
        null,
      );
    },
    causes: [{ failureMode: 'volume-unbound', object: `PersistentVolumeClaim/${CLAIM}` }],
  }),
  boutiqueCase({
    name: 'volume-belongs-to-another-claim',
    family: 'scheduling',
    arrange(world) {
      volume(
        world,
        'pv-redis',
        { storageClassName: '' },
        { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'old-redis' },
      );
      pendingClaim(
        world,
        { storageClassName: '', volumeName: 'pv-redis' },
        {
          reason: 'FailedBinding',
          message: 'volume "pv-redis" already bound to a different claim.',
        },
      );
    },
    causes: [{ failureMode: 'volume-unbound', object: `PersistentVolumeClaim/${CLAIM}` }],
  }),
  boutiqueCase({
    name: 'nfs-server-denies-the-mount',
    family: 'start',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      const app = world.app('redis-cart');
      app.patchSpec({
        volumes: [{ name: 'redis-data', nfs: { server: '192.168.10.50', path: '/exports/redis' } }],
      });
      app.waiting({ reason: 'ContainerCreating', message: '' });
      world.event(app.pod, {
        type: 'Warning',
        reason: 'FailedMount',
        message: `MountVolume.SetUp failed for volume "redis-data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 192.168.10.50:/exports/redis /var/lib/kubelet/pods/1f0c/volumes/kubernetes.io~nfs/redis-data\nOutput: mount.nfs: access denied by server while mounting 192.168.10.50:/exports/redis`,
        count: 14,
        first: 890,
        last: 60,
      });
      frontendFails(world, 'could not retrieve cart', CANNOT_ACCESS, '/cart');
    },
    causes: [{ failureMode: 'volume-mount-failed', object: 'Deployment/redis-cart' }],
  }),
  boutiqueCase({
    name: 'redis-may-not-write-into-its-volume',
    family: 'start',
    arrange(world) {
      const app = world.app('redis-cart');
      volume(
        world,
        'pv-redis',
        { storageClassName: 'manual' },
        { kind: 'PersistentVolumeClaim', namespace: world.namespace, name: CLAIM },
      );
      world.create(
        'v1',
        'PersistentVolumeClaim',
        { name: CLAIM },
        {
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'manual',
            volumeName: 'pv-redis',
            resources: { requests: { storage: '5Gi' } },
          },
          status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '10Gi' } },
        },
      );
      app.patchSpec({
        securityContext: { runAsUser: 999, runAsGroup: 999 },
        volumes: [{ name: 'redis-data', persistentVolumeClaim: { claimName: CLAIM } }],
      });
      app.patchContainer({ args: ['redis-server', '--appendonly', 'yes'] });
      app.crash({
        exitCode: 1,
        restarts: 7,
        log: [
          '1:C 01 Oct 2026 01:48:01.002 * Redis version=7.4.1, bits=64, commit=00000000, modified=0, pid=1, just started',
          "1:M 01 Oct 2026 01:48:01.004 # Can't open or create append-only dir appendonlydir: Permission denied",
        ],
      });
      frontendFails(world, 'could not retrieve cart', CANNOT_ACCESS, '/cart');
      meshFails(world, [['frontend', 'cartservice']]);
    },
    causes: [
      { failureMode: 'security-context', object: 'Deployment/redis-cart' },
      { failureMode: 'volume-mount-failed', object: 'Deployment/redis-cart' },
    ],
  }),
];
