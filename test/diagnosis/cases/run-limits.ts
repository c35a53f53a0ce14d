import type { DiagnosisCase } from '../case.ts';
import { counter } from '../world.ts';

const MIB = 1024 * 1024;

/** Replicas, CPU and memory. */
export const runLimits: DiagnosisCase[] = [
  {
    name: 'payment-scaled-to-none',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      const payment = world.app('payment');
      const set = payment.replicaSet;
      world.patch('Deployment', 'payment', {
        spec: { replicas: 0 },
        status: { replicas: 0, readyReplicas: 0, availableReplicas: 0 },
      });
      if (set)
        world.patch('ReplicaSet', set.metadata.name, {
          spec: { replicas: 0 },
          status: { replicas: 0, readyReplicas: 0 },
        });
      payment.losePods(2);
      world.event(payment.workload, {
        reason: 'ScalingReplicaSet',
        message: `Scaled down replica set ${set?.metadata.name} from 2 to 0`,
        first: 1200,
        from: 'deployment-controller',
      });
    },
    expected: { causes: [{ failureMode: 'scaled-to-zero', object: 'Deployment/payment' }] },
  },
  {
    name: 'stateful-store-scaled-to-none-long-ago',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'cart' } },
    arrange(world) {
      world.patch('StatefulSet', 'cart-redis', {
        spec: { replicas: 0 },
        status: { replicas: 0, readyReplicas: 0 },
      });
      world.app('cart-redis').losePods(1);
      world.app('cart').logs(
        [200, 340, 500].map((secondsAgo) => ({
          secondsAgo,
          text: 'error: dial tcp 10.96.4.4:6379: connect: connection refused',
        })),
      );
    },
    expected: { causes: [{ failureMode: 'scaled-to-zero', object: 'StatefulSet/cart-redis' }] },
  },
  {
    name: 'autoscaler-at-its-maximum',
    family: 'run',
    alert: { name: 'KubeHpaMaxedOut', labels: { horizontalpodautoscaler: 'frontend' } },
    arrange(world) {
      world.patch('HorizontalPodAutoscaler', 'frontend', {
        spec: { maxReplicas: 4, minReplicas: 2 },
        status: {
          currentReplicas: 4,
          desiredReplicas: 4,
          currentMetrics: [
            {
              type: 'Resource',
              resource: { name: 'cpu', current: { averageUtilization: 188, averageValue: '188m' } },
            },
          ],
          conditions: [
            { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
            {
              type: 'ScalingLimited',
              status: 'True',
              reason: 'TooManyReplicas',
              message: 'the desired replica count is more than the maximum replica count',
              lastTransitionTime: world.ago(1400),
            },
          ],
        },
      });
    },
    expected: {
      causes: [{ failureMode: 'autoscaler-limit', object: 'HorizontalPodAutoscaler/frontend' }],
    },
  },
  {
    name: 'autoscaler-without-metrics',
    family: 'run',
    alert: { name: 'KubeHpaReplicasMismatch', labels: { horizontalpodautoscaler: 'frontend' } },
    arrange(world) {
      const message =
        'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)';
      world.patch('HorizontalPodAutoscaler', 'frontend', {
        status: {
          currentMetrics: null,
          conditions: [
            {
              type: 'ScalingActive',
              status: 'False',
              reason: 'FailedGetResourceMetric',
              message,
              lastTransitionTime: world.ago(1900),
            },
          ],
        },
      });
    },
    expected: {
      causes: [{ failureMode: 'autoscaler-limit', object: 'HorizontalPodAutoscaler/frontend' }],
    },
  },
  {
    name: 'cpu-limit-throttles-checkout',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'frontend' } },
    arrange(world) {
      for (const pod of world.app('checkout').pods) {
        const of = { namespace: 'shop', pod: pod.metadata.name, container: 'checkout' };
        world.remetric(
          'container_cpu_usage_seconds_total',
          { pod: pod.metadata.name },
          counter(0.1, 0.49, 1500),
        );
        world.metric('container_cpu_cfs_periods_total', of, counter(10));
        world.metric('container_cpu_cfs_throttled_periods_total', of, counter(0.1, 7.8, 1500));
      }
    },
    expected: { causes: [{ failureMode: 'cpu-throttled', object: 'Deployment/checkout' }] },
  },
  {
    name: 'one-pod-burns-cpu',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'checkout' } },
    arrange(world) {
      const { pod } = world.app('currency');
      world.remetric(
        'container_cpu_usage_seconds_total',
        { pod: pod.metadata.name },
        counter(0.05, 0.5, 1300),
      );
    },
    expected: {
      causes: [
        { failureMode: 'cpu-throttled', object: 'Deployment/currency' },
        { failureMode: 'saturation', object: 'Deployment/currency' },
      ],
    },
  },
  {
    name: 'cpu-without-a-limit-takes-all',
    family: 'run',
    alert: { name: 'HighLatency', labels: { service: 'frontend' } },
    arrange(world) {
      world.app('recommendation').patchContainer({ resources: { limits: { cpu: null } } });
      for (const pod of world.app('recommendation').pods)
        world.remetric(
          'container_cpu_usage_seconds_total',
          { pod: pod.metadata.name },
          counter(0.05, 1.9, 1300),
        );
    },
    expected: { causes: [{ failureMode: 'saturation', object: 'Deployment/recommendation' }] },
  },
  {
    name: 'memory-grows-to-its-limit',
    family: 'run',
    alert: { name: 'ContainerMemoryNearLimit', labels: { deployment: 'recommendation' } },
    arrange(world) {
      for (const pod of world.app('recommendation').pods)
        world.remetric(
          'container_memory_working_set_bytes',
          { pod: pod.metadata.name },
          (ago) => (235 - ago / 40) * MIB,
        );
    },
    expected: { causes: [{ failureMode: 'memory-leak', object: 'Deployment/recommendation' }] },
  },
  {
    name: 'memory-grows-from-kill-to-kill',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'email' } },
    arrange(world) {
      const email = world
        .app('email')
        .crash({ exitCode: 137, reason: 'OOMKilled', restarts: 5, secondsAgo: 3000 });
      world.remetric(
        'container_memory_working_set_bytes',
        { pod: email.pod.metadata.name },
        (ago) => (250 - (ago % 1200) / 5) * MIB,
      );
    },
    expected: {
      causes: [
        { failureMode: 'memory-leak', object: 'Deployment/email' },
        { failureMode: 'oom-killed', object: 'Deployment/email' },
      ],
    },
  },
];
