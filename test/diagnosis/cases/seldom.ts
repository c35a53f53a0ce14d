import type { DiagnosisCase } from '../case.ts';
import { mergePatch } from '../merge-patch.ts';
import type { World } from '../world.ts';

function says(world: World, app: string, text: string): void {
  world.app(app).logs([900, 700, 500, 300, 200, 100].map((secondsAgo) => ({ secondsAgo, text })));
}

function evict(world: World, app: string, message: string): void {
  for (const pod of world.app(app).pods) {
    mergePatch(pod, {
      status: {
        phase: 'Failed',
        reason: 'Evicted',
        message,
        podIP: null,
        containerStatuses: null,
        conditions: [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'TerminationByKubelet',
            message,
            lastTransitionTime: world.ago(840),
          },
        ],
      },
    });
    world.event(pod, { type: 'Warning', reason: 'Evicted', message, first: 840 });
  }
  world.syncEndpoints(app);
}

/** Failures that are seen less often, each in another shape than in its family. */
export const seldom: DiagnosisCase[] = [
  {
    name: 'payment-provider-answers-429',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'payment' } },
    arrange: (world) =>
      says(
        world,
        'payment',
        'level=error msg="charge failed" provider=stripe status=429 body="Too many requests"',
      ),
    expected: { causes: [{ failureMode: 'rate-limited', object: 'Deployment/payment' }] },
  },
  {
    name: 'email-is-throttled-by-its-queue',
    family: 'traffic',
    alert: { name: 'EmailDelayed', labels: { app: 'email' } },
    arrange: (world) =>
      says(
        world,
        'email',
        'botocore.errorfactory.ThrottlingException: An error occurred (ThrottlingException) when calling the SendEmail operation: Maximum sending rate exceeded.',
      ),
    expected: { causes: [{ failureMode: 'rate-limited', object: 'Deployment/email' }] },
  },
  {
    name: 'ads-write-more-than-their-scratch-volume-may',
    family: 'run',
    alert: { name: 'KubePodNotReady', labels: { deployment: 'ads' } },
    arrange: (world) =>
      evict(world, 'ads', 'Usage of EmptyDir volume "scratch" exceeds the limit "1Gi". '),
    expected: { causes: [{ failureMode: 'evicted', object: 'Deployment/ads' }] },
  },
  {
    name: 'email-goes-over-its-ephemeral-storage',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange: (world) =>
      evict(
        world,
        'email',
        'Pod ephemeral local storage usage exceeds the total limit of containers 512Mi. ',
      ),
    expected: { causes: [{ failureMode: 'evicted', object: 'Deployment/email' }] },
  },
  {
    name: 'node-b-evicts-for-memory',
    family: 'nodes',
    alert: { name: 'HighErrorRate', labels: { service: 'cart' } },
    arrange(world) {
      for (const pod of world.app('cart').pods) mergePatch(pod, { spec: { nodeName: 'node-b' } });
      evict(
        world,
        'cart',
        'The node was low on resource: memory. Threshold quantity: 100Mi, available: 81Mi. Container cart was using 210Mi, request is 64Mi, has larger consumption of memory. ',
      );
    },
    expected: {
      causes: [
        { failureMode: 'node-oom', object: 'Node/node-b' },
        { failureMode: 'node-pressure', object: 'Node/node-b' },
      ],
    },
  },
  {
    name: 'statements-of-orders-time-out',
    family: 'stores',
    alert: { name: 'HighLatency', labels: { service: 'orders' } },
    arrange: (world) =>
      says(
        world,
        'orders',
        'level=error msg="list orders" err="ERROR: canceling statement due to statement timeout (SQLSTATE 57014)"',
      ),
    expected: { causes: [{ failureMode: 'database-slow', object: 'StatefulSet/orders-db' }] },
  },
  {
    name: 'replica-of-orders-lost-its-place',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'orders' } },
    arrange: (world) =>
      says(
        world,
        'orders',
        'level=error msg="read failed" err="ERROR: canceling statement due to conflict with recovery (SQLSTATE 40001)"',
      ),
    expected: { causes: [{ failureMode: 'replication-lag', object: 'StatefulSet/orders-db' }] },
  },
  {
    name: 'shipping-refuses-though-it-is-ready',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange: (world) =>
      says(
        world,
        'checkout',
        'level=error msg="quote failed" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp: connect to shipping:50052: connection refused\\""',
      ),
    expected: { causes: [{ failureMode: 'dependency-down', object: 'Deployment/shipping' }] },
  },
  {
    name: 'a-batch-of-high-priority-pushes-recommendation-out',
    family: 'scheduling',
    alert: { name: 'KubePodNotReady', labels: { deployment: 'recommendation' } },
    arrange(world) {
      const app = world.app('recommendation');
      for (const pod of app.pods) {
        world.event(pod, {
          reason: 'Preempted',
          message: 'Preempted by pod 3f0b6a52-7d1e-4c0a-9a55-0d7f3f1c2a77 on node node-a',
          first: 860,
          from: 'default-scheduler',
        });
      }
      app.unschedulable(
        '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
        { secondsAgo: 850 },
      );
    },
    expected: {
      causes: [
        { failureMode: 'preempted', object: 'Deployment/recommendation' },
        { failureMode: 'insufficient-cpu', object: 'Deployment/recommendation' },
      ],
    },
  },
];
