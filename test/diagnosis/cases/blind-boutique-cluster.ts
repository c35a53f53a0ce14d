import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { MASTER } from '../boutique-cluster.ts';
import {
  clusterIp,
  dialTimeout,
  frontendFails,
  frontendWarns,
  orderFails,
  refused,
} from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import { listAt, mergePatch, objectAt } from '../merge-patch.ts';
import type { World } from '../world.ts';

/** The scheduler's static pod is gone or ends; what is new waits, and nothing says why. */
function nobodySchedules(world: World, name: string): void {
  const app = world.app(name);
  app.rollout(700);
  app.unschedulable('', { event: false, secondsAgo: 700 });
  mergePatch(app.pod, { status: { conditions: null } });
}

/** What of the cluster itself runs on its nodes. */
export const blindBoutiqueCluster: DiagnosisCase[] = [
  boutiqueCase({
    name: 'kube-proxy-of-one-worker-crashes',
    family: 'nodes',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      const proxy = world.app('kube-proxy');
      const there = proxy.pods.filter((pod) => objectAt(pod, 'spec').nodeName === 'k8s-worker-1');
      proxy.crash(
        {
          exitCode: 1,
          restarts: 7,
          log: [
            'E1001 01:50:02.113 1 run.go:72] "command failed" err="failed complete: open /var/lib/kube-proxy/config.conf: no such file or directory"',
          ],
        },
        there,
      );
      frontendFails(
        world,
        'could not retrieve cart',
        dialTimeout(`${clusterIp(world, 'cartservice')}:7070`),
        '/cart',
      );
      meshFails(world, [['frontend', 'cartservice']]);
    },
    causes: [
      { failureMode: 'kube-proxy-down', object: 'DaemonSet/kube-proxy' },
      { failureMode: 'kube-proxy-down', object: 'Node/k8s-worker-1' },
    ],
  }),
  boutiqueCase({
    name: 'kube-proxy-selects-no-node-any-more',
    family: 'nodes',
    blind: true,
    arrange(world) {
      const proxy = world.app('kube-proxy');
      proxy.patchSpec({ nodeSelector: { 'kubernetes.io/os': 'linux', 'non-existing': 'true' } });
      proxy.losePods(4);
      mergePatch(objectAt(proxy.workload, 'status'), {
        desiredNumberScheduled: 0,
        currentNumberScheduled: 0,
        updatedNumberScheduled: 0,
        numberReady: 0,
        numberAvailable: 0,
      });
      orderFails(
        world,
        'shipping quote failure: failed to get shipping quote',
        dialTimeout(`${clusterIp(world, 'shippingservice')}:50051`),
      );
    },
    causes: [{ failureMode: 'kube-proxy-down', object: 'DaemonSet/kube-proxy' }],
  }),
  boutiqueCase({
    name: 'kube-proxy-of-one-worker-was-taken-away',
    family: 'nodes',
    blind: true,
    arrange(world) {
      const proxy = world.app('kube-proxy');
      const there = proxy.pods.find((pod) => objectAt(pod, 'spec').nodeName === 'k8s-worker-2');
      if (there) world.remove('Pod', there.metadata.name, 'kube-system');
      proxy.losePods(0);
      mergePatch(objectAt(proxy.workload, 'status'), {
        desiredNumberScheduled: 3,
        currentNumberScheduled: 3,
        updatedNumberScheduled: 3,
      });
      frontendWarns(
        world,
        'failed to retrieve ads',
        dialTimeout(`${clusterIp(world, 'adservice')}:9555`),
      );
    },
    causes: [
      { failureMode: 'kube-proxy-down', object: 'DaemonSet/kube-proxy' },
      { failureMode: 'kube-proxy-down', object: 'Node/k8s-worker-2' },
    ],
  }),
  boutiqueCase({
    name: 'scheduler-does-not-start',
    family: 'nodes',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      const pod = world.object('Pod', `kube-scheduler-${MASTER}`, 'kube-system');
      const [status] = listAt(pod, 'status', 'containerStatuses');
      const said = `back-off 5m0s restarting failed container=kube-scheduler pod=kube-scheduler-${MASTER}_kube-system(77)`;
      mergePatch(status ?? {}, {
        ready: false,
        started: false,
        restartCount: 8,
        state: { running: null, waiting: { reason: 'CrashLoopBackOff', message: said } },
        lastState: {
          terminated: {
            exitCode: 1,
            reason: 'Error',
            startedAt: world.ago(100),
            finishedAt: world.ago(98),
          },
        },
      });
      for (const condition of listAt(pod, 'status', 'conditions'))
        if (String(condition.type).endsWith('Ready'))
          mergePatch(condition, { status: 'False', lastTransitionTime: world.ago(900) });
      world.event(pod, {
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container kube-scheduler in pod kube-scheduler-${MASTER}_kube-system(77)`,
        count: 40,
        first: 890,
        last: 12,
      });
      nobodySchedules(world, 'productcatalogservice');
      frontendFails(
        world,
        'could not retrieve products',
        refused(`${clusterIp(world, 'productcatalogservice')}:3550`),
      );
      meshFails(world, [['frontend', 'productcatalogservice']]);
    },
    causes: [
      { failureMode: 'scheduler-down', object: `Pod/kube-scheduler-${MASTER}` },
      { failureMode: 'scheduler-down', object: `Node/${MASTER}` },
    ],
  }),
  boutiqueCase({
    name: 'scheduler-is-not-there-and-a-pod-waits',
    family: 'nodes',
    blind: true,
    arrange(world) {
      world.remove('Pod', `kube-scheduler-${MASTER}`, 'kube-system');
      nobodySchedules(world, 'recommendationservice');
    },
    causes: [
      { failureMode: 'scheduler-down', object: `Pod/kube-scheduler-${MASTER}` },
      // Nothing is left that would say on which node it was.
      { failureMode: 'scheduler-down', object: 'Pod/kube-scheduler' },
      { failureMode: 'scheduler-down', object: `Node/${MASTER}` },
      { failureMode: 'scheduler-down', object: 'Deployment/kube-scheduler' },
      { failureMode: 'scheduler-down', object: 'Deployment/recommendationservice' },
    ],
  }),
];
