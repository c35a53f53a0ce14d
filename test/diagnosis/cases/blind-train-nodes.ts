import type { DiagnosisCase } from '../case.ts';
import { listAt, mergePatch } from '../merge-patch.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails } from '../train-logs.ts';
import { counter, type World } from '../world.ts';
import { GATEWAY, NAMESPACE, nodeLost, podsOn, SLOW, USERS } from './blind-train-tools.ts';

const NODE = 'k8s-worker-2';

function servicesOn(world: World, node: string): string[] {
  return podsOn(world, node).flatMap(({ metadata }) =>
    metadata.namespace === 'ts' && String(metadata.labels?.app).startsWith('ts-')
      ? [String(metadata.labels?.app)]
      : [],
  );
}

/** Calls from and to a node that fail or are late, and no others. */
function callsAcross(world: World, node: string, how: 'read-timeout' | 'connect-timeout'): void {
  const there = new Set(servicesOn(world, node));
  for (const [caller, callee] of [
    ['ts-travel-service', 'ts-basic-service'],
    ['ts-travel-service', 'ts-seat-service'],
    ['ts-basic-service', 'ts-station-service'],
    ['ts-basic-service', 'ts-route-service'],
    ['ts-seat-service', 'ts-config-service'],
    ['ts-seat-service', 'ts-order-service'],
    ['ts-preserve-service', 'ts-contacts-service'],
    ['ts-preserve-service', 'ts-security-service'],
    ['ts-cancel-service', 'ts-order-service'],
    ['ts-food-service', 'ts-train-food-service'],
    ['ts-food-service', 'ts-station-food-service'],
    ['ts-route-plan-service', 'ts-travel2-service'],
  ] as const)
    if (there.has(caller) !== there.has(callee))
      callFails(world, caller, callee, how, { every: 120 });
}

/** Nodes and what runs the cluster. */
export const blindTrainNodes: DiagnosisCase[] = [
  {
    name: 'blind-train-containerd-is-down-on-a-worker',
    family: 'nodes',
    system: trainTicket,
    alert: { ...NAMESPACE, minutesAgo: 3 },
    arrange(world) {
      nodeLost(world, NODE, {
        status: 'False',
        reason: 'KubeletNotReady',
        message:
          '[container runtime is down, PLEG is not healthy: pleg was last seen active 4m12.3s ago; threshold is 3m0s]',
        secondsAgo: 220,
      });
      edgeFails(world, '/api/v1/travelservice/trips/left', '500', 200);
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: `Node/${NODE}` }] },
  },
  {
    name: 'blind-train-kubelet-of-a-worker-no-longer-speaks',
    family: 'nodes',
    system: trainTicketWithRequests,
    alert: USERS,
    arrange(world) {
      nodeLost(world, NODE, {
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        secondsAgo: 840,
      });
      // After five minutes they are to go, and nobody there who would do it.
      for (const pod of podsOn(world, NODE))
        mergePatch(pod, {
          metadata: { deletionTimestamp: world.ago(500), deletionGracePeriodSeconds: 30 },
        });
      callFails(world, 'ts-travel-service', 'ts-basic-service', 'refused');
      edgeFails(world, '/api/v1/travelservice/trips/left');
    },
    expected: { causes: [{ failureMode: 'node-not-ready', object: `Node/${NODE}` }] },
  },
  {
    name: 'blind-train-kube-proxy-of-one-worker-has-no-configuration',
    family: 'nodes',
    system: trainTicket,
    alert: GATEWAY,
    arrange(world) {
      const proxy = world.app('kube-proxy');
      proxy.crash(
        {
          exitCode: 1,
          restarts: 9,
          secondsAgo: 1_500,
          log: [
            'E1005 03:01:12.118201       1 run.go:74] "command failed" err="failed complete: open /var/lib/kube-proxy/config.conf: no such file or directory"',
          ],
        },
        proxy.pods.slice(2, 3),
      );
      callsAcross(world, NODE, 'connect-timeout');
      edgeFails(world, '/api/v1/travelservice/trips/left', '504');
    },
    expected: {
      causes: [
        { failureMode: 'kube-proxy-down', object: 'DaemonSet/kube-proxy' },
        { failureMode: 'kube-proxy-down', object: `Node/${NODE}` },
      ],
    },
  },
  {
    name: 'blind-train-kube-proxy-selects-nodes-that-do-not-exist',
    family: 'nodes',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      const proxy = world.app('kube-proxy');
      proxy.patchSpec({ nodeSelector: { 'kubernetes.io/os': 'linux', 'kube-proxy': 'enabled' } });
      proxy.losePods(4);
      world.patch(
        'DaemonSet',
        'kube-proxy',
        {
          status: {
            desiredNumberScheduled: 0,
            currentNumberScheduled: 0,
            updatedNumberScheduled: 0,
            numberReady: 0,
            numberAvailable: 0,
          },
        },
        'kube-system',
      );
      // Rules stay as they were: only what has got a new pod since is not found.
      world.app('ts-seat-service').rollout(700);
      callFails(world, 'ts-travel-service', 'ts-seat-service', 'no-route', { from: 650 });
      edgeFails(world, '/api/v1/travelservice/trips/left', '500', 640);
    },
    expected: { causes: [{ failureMode: 'kube-proxy-down', object: 'DaemonSet/kube-proxy' }] },
  },
  {
    name: 'blind-train-the-scheduler-crashes-and-a-new-pod-waits-without-a-word',
    family: 'nodes',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      const scheduler = world.object('Pod', 'kube-scheduler-k8s-master', 'kube-system');
      const [status] = listAt(scheduler, 'status', 'containerStatuses');
      if (status) {
        delete status.state;
        mergePatch(status, {
          ready: false,
          started: false,
          restartCount: 12,
          state: {
            waiting: {
              reason: 'CrashLoopBackOff',
              message:
                'back-off 5m0s restarting failed container=kube-scheduler pod=kube-scheduler-k8s-master_kube-system',
            },
          },
          lastState: {
            terminated: {
              exitCode: 1,
              reason: 'Error',
              startedAt: world.ago(95),
              finishedAt: world.ago(94),
            },
          },
        });
      }
      for (const condition of listAt(scheduler, 'status', 'conditions'))
        if (condition.type === 'Ready' || condition.type === 'ContainersReady')
          mergePatch(condition, { status: 'False', reason: 'ContainersNotReady' });
      waiting(world);
    },
    expected: {
      causes: [
        { failureMode: 'scheduler-down', object: 'Pod/kube-scheduler-k8s-master' },
        { failureMode: 'scheduler-down', object: 'Node/k8s-master' },
      ],
    },
  },
  {
    name: 'blind-train-the-file-of-the-scheduler-was-moved-away',
    family: 'nodes',
    system: trainTicketWithRequests,
    alert: USERS,
    arrange(world) {
      world.remove('Pod', 'kube-scheduler-k8s-master', 'kube-system');
      waiting(world);
      callFails(world, 'ts-preserve-service', 'ts-order-service', 'refused');
      edgeFails(world, '/api/v1/preserveservice/preserve');
    },
    expected: {
      causes: [
        { failureMode: 'scheduler-down', object: 'Pod/kube-scheduler-k8s-master' },
        { failureMode: 'scheduler-down', object: 'Pod/kube-scheduler' },
        { failureMode: 'scheduler-down', object: 'Deployment/kube-scheduler' },
        { failureMode: 'scheduler-down', object: 'Node/k8s-master' },
      ],
    },
  },
  {
    name: 'blind-train-everything-from-and-to-one-worker-is-late',
    family: 'nodes',
    system: trainTicketWithRequests,
    alert: SLOW,
    arrange(world) {
      for (const service of servicesOn(world, NODE))
        world.remetricIfAny(
          'http_server_requests_seconds_sum',
          { service, status: '200' },
          counter(0.24, 9, 900),
        );
      world.remetric(
        'http_server_requests_seconds_sum',
        { service: 'ts-gateway-service', status: '200' },
        counter(0.24, 12, 900),
      );
      for (const way of ['receive', 'transmit'])
        world.remetric(`node_network_${way}_bytes_total`, { node: NODE }, counter(1.4e6, 3e5, 900));
      callsAcross(world, NODE, 'read-timeout');
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: `Node/${NODE}` }] },
  },
  {
    name: 'blind-train-a-worker-loses-packets',
    family: 'nodes',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      world.remetric('node_netstat_Tcp_RetransSegs', { node: NODE }, counter(0.4, 410, 900));
      world.remetric('node_network_transmit_drop_total', { node: NODE }, counter(0, 220, 900));
      callsAcross(world, NODE, 'read-timeout');
      callsAcross(world, NODE, 'connect-timeout');
      edgeFails(world, '/api/v1/travelservice/trips/left', '504');
    },
    expected: { causes: [{ failureMode: 'network-degraded', object: `Node/${NODE}` }] },
  },
];

/** A pod that the scheduler has not even looked at. */
function waiting(world: World): void {
  const app = world.app('ts-order-service');
  app.unschedulable('', { secondsAgo: 1_000, event: false });
  mergePatch(app.pod, {
    metadata: { creationTimestamp: world.ago(1_000) },
    status: { conditions: null, phase: 'Pending' },
  });
}
