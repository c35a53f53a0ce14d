import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { MASTER } from '../boutique-cluster.ts';
import { clusterIp, dialTimeout, frontendFails, orderFails, refused } from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import { mergePatch, objectAt } from '../merge-patch.ts';

/** Faults of the cluster that show at some of its pods only. */
export const blindBoutiquePartial: DiagnosisCase[] = [
  boutiqueCase({
    name: 'kube-proxy-does-not-find-its-image-anywhere',
    family: 'nodes',
    blind: true,
    arrange(world) {
      const image = 'registry.k8s.io/kube-proxy:v1.31.44';
      const proxy = world.app('kube-proxy');
      proxy.patchContainer({ image }).waiting({
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
      });
      orderFails(
        world,
        'shipping quote failure: failed to get shipping quote',
        dialTimeout(`${clusterIp(world, 'shippingservice')}:50051`),
      );
    },
    causes: [
      { failureMode: 'kube-proxy-down', object: 'DaemonSet/kube-proxy' },
      { failureMode: 'image-not-found', object: 'DaemonSet/kube-proxy' },
    ],
  }),
  boutiqueCase({
    name: 'containerd-is-down-and-the-node-still-says-ready',
    family: 'nodes',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      const app = world.app('checkoutservice');
      app.rollout(600);
      app.waiting({ reason: 'ContainerCreating', message: '', secondsAgo: 590 });
      world.event(app.pod, {
        type: 'Warning',
        reason: 'FailedCreatePodSandBox',
        message:
          'Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
        count: 33,
        first: 590,
        last: 6,
      });
      frontendFails(
        world,
        'failed to complete the order',
        refused(`${clusterIp(world, 'checkoutservice')}:5050`),
        '/cart/checkout',
      );
    },
    causes: [
      { failureMode: 'node-not-ready', object: 'Node/k8s-worker-3' },
      { failureMode: 'sandbox-failed', object: 'Node/k8s-worker-3' },
      { failureMode: 'sandbox-failed', object: 'Deployment/checkoutservice' },
    ],
  }),
  boutiqueCase({
    name: 'scheduler-ends-and-two-more-frontends-wait',
    family: 'nodes',
    alert: {
      name: 'KubeHpaReplicasMismatch',
      labels: { deployment: 'frontend' },
      summary: 'frontend has fewer replicas than wanted',
    },
    arrange(world) {
      world.remove('Pod', `kube-scheduler-${MASTER}`, 'kube-system');
      const frontend = world.app('frontend');
      const set = frontend.replicaSet;
      const copy = structuredClone(frontend.pod);
      mergePatch(copy, {
        metadata: {
          name: `${set?.metadata.name ?? 'frontend'}-q7w8z`,
          uid: 'f0f0',
          creationTimestamp: world.ago(800),
        },
        spec: { nodeName: null },
        status: {
          phase: 'Pending',
          podIP: null,
          startTime: null,
          conditions: null,
          containerStatuses: null,
        },
      });
      world.add(copy);
      for (const object of [frontend.workload, ...(set ? [set] : [])])
        mergePatch(objectAt(object, 'spec'), { replicas: 2 });
      frontend.losePods(0);
      mergePatch(objectAt(frontend.workload, 'status'), { unavailableReplicas: 1 });
    },
    causes: [
      { failureMode: 'scheduler-down', object: `Pod/kube-scheduler-${MASTER}` },
      { failureMode: 'scheduler-down', object: 'Pod/kube-scheduler' },
      { failureMode: 'scheduler-down', object: `Node/${MASTER}` },
      { failureMode: 'scheduler-down', object: 'Deployment/kube-scheduler' },
    ],
  }),
  boutiqueCase({
    name: 'a-release-of-payment-wants-more-memory-than-any-node-has',
    family: 'scheduling',
    alert: {
      name: 'KubeDeploymentRolloutStuck',
      labels: { deployment: 'paymentservice' },
      summary: 'The rollout does not proceed',
    },
    arrange(world) {
      const app = world.app('paymentservice');
      const old = structuredClone(app.pod);
      app.rollout(900).patchContainer({
        resources: { requests: { memory: '64Gi' }, limits: { memory: '64Gi' } },
      });
      app.unschedulable(
        '0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient memory. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.',
      );
      world.add(old);
      app.losePods(0);
      mergePatch(objectAt(app.workload, 'status'), { updatedReplicas: 1, unavailableReplicas: 1 });
    },
    causes: [{ failureMode: 'insufficient-memory', object: 'Deployment/paymentservice' }],
  }),
  boutiqueCase({
    name: 'tls-secret-of-frontend-is-not-there-to-be-mounted',
    family: 'start',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      const app = world.app('frontend');
      app
        .rollout(900)
        .patchSpec({ volumes: [{ name: 'tls', secret: { secretName: 'frontend-tls' } }] });
      app.waiting({ reason: 'ContainerCreating', message: '' });
      world.event(app.pod, {
        type: 'Warning',
        reason: 'FailedMount',
        message: 'MountVolume.SetUp failed for volume "tls" : secret "frontend-tls" not found',
        count: 14,
        first: 890,
        last: 30,
      });
      meshFails(world, [['loadgenerator', 'frontend']]);
    },
    causes: [
      { failureMode: 'missing-config', object: 'Deployment/frontend' },
      { failureMode: 'missing-config', object: 'Secret/frontend-tls' },
    ],
  }),
  boutiqueCase({
    name: 'ads-may-not-open-the-directory-that-they-mount',
    family: 'start',
    blind: true,
    arrange(world) {
      const app = world.app('adservice');
      app.patchSpec({
        volumes: [{ name: 'index', hostPath: { path: '/srv/ads', type: 'Directory' } }],
      });
      app.patchContainer({ volumeMounts: [{ name: 'index', mountPath: '/var/ads' }] });
      app.crash({
        exitCode: 1,
        log: [
          'Exception in thread "main" java.nio.file.AccessDeniedException: /var/ads/index.lock',
          '\tat java.base/sun.nio.fs.UnixException.translateToIOException(UnixException.java:90)',
        ],
      });
    },
    causes: [
      { failureMode: 'security-context', object: 'Deployment/adservice' },
      { failureMode: 'volume-mount-failed', object: 'Deployment/adservice' },
    ],
  }),
];
