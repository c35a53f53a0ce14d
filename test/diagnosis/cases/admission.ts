import type { DiagnosisCase } from '../case.ts';

const REPLICAS = { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'checkout' } };

/** What the API server refuses to let in. */
export const admission: DiagnosisCase[] = [
  {
    name: 'quota-cpu-refuses-a-rollout',
    family: 'admission',
    alert: REPLICAS,
    arrange(world) {
      const checkout = world
        .app('checkout')
        .rollout(1200, { container: { resources: { requests: { cpu: '8' } } } })
        .losePods(2);
      const message = `pods "checkout-x7k2p" is forbidden: exceeded quota: compute, requested: requests.cpu=8, used: requests.cpu=3, limited: requests.cpu=10`;
      if (checkout.replicaSet) {
        world.event(checkout.replicaSet, {
          type: 'Warning',
          reason: 'FailedCreate',
          message: `Error creating: ${message}`,
          count: 15,
          first: 1200,
          last: 60,
          from: 'replicaset-controller',
        });
      }
    },
    expected: { causes: [{ failureMode: 'quota-exceeded', object: 'ResourceQuota/compute' }] },
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
