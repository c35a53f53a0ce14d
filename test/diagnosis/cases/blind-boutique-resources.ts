import { boutiqueCase, FRONTEND_ERRORS, FRONTEND_SLOW } from '../boutique-case.ts';
import { clusterIp, DEADLINE, frontendWarns, refused, times } from '../boutique-logs.ts';
import { meshFails, meshSlows } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import { listAt, mergePatch } from '../merge-patch.ts';
import { counter, step } from '../world.ts';

const MIB = 1024 * 1024;

/** Processes that are killed for their memory, or starve. */
export const blindBoutiqueResources: DiagnosisCase[] = [
  boutiqueCase({
    name: 'ads-heap-is-larger-than-the-limit',
    family: 'run',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      const app = world.app('adservice');
      app.patchContainer({
        resources: { limits: { memory: '48Mi' }, requests: { memory: '48Mi' } },
      });
      app.crash({ exitCode: 137, reason: 'OOMKilled', restarts: 9 });
      world.remetric(
        'container_memory_working_set_bytes',
        { pod: app.pod.metadata.name },
        (ago) => (ago > 900 ? 44 : 20 + ((ago / 60) % 4) * 9) * MIB,
      );
      world.remetric(
        'kube_pod_container_resource_limits',
        { pod: app.pod.metadata.name, resource: 'memory' },
        () => 48 * MIB,
      );
      frontendWarns(
        world,
        'failed to retrieve ads',
        refused(`${clusterIp(world, 'adservice')}:9555`),
      );
      meshFails(world, [['frontend', 'adservice']]);
    },
    causes: [{ failureMode: 'oom-killed', object: 'Deployment/adservice' }],
  }),
  boutiqueCase({
    name: 'recommendation-was-killed-again-and-runs-just-now',
    family: 'run',
    blind: true,
    arrange(world) {
      const app = world.app('recommendationservice');
      const [status] = listAt(app.pod, 'status', 'containerStatuses');
      mergePatch(status ?? {}, {
        restartCount: 6,
        state: { running: { startedAt: world.ago(75) } },
        lastState: {
          terminated: {
            exitCode: 137,
            reason: 'OOMKilled',
            startedAt: world.ago(210),
            finishedAt: world.ago(78),
            containerID: 'containerd://6d1e',
          },
        },
      });
      world.event(app.pod, {
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container server in pod ${app.pod.metadata.name}_online-boutique(9c)`,
        count: 9,
        first: 800,
        last: 120,
      });
      frontendWarns(
        world,
        'failed to get product recommendations',
        'code = Unavailable desc = error reading from server: EOF',
      );
    },
    causes: [{ failureMode: 'oom-killed', object: 'Deployment/recommendationservice' }],
  }),
  boutiqueCase({
    name: 'something-burns-the-cpu-of-currency',
    family: 'run',
    alert: FRONTEND_SLOW,
    arrange(world) {
      const { pod } = world.app('currencyservice');
      const of = { pod: pod.metadata.name };
      world.remetric('container_cpu_usage_seconds_total', of, counter(0.05, 0.2, 900));
      world.remetric('container_cpu_cfs_throttled_periods_total', of, counter(0.1, 9.8, 900));
      meshSlows(
        world,
        [
          ['frontend', 'currencyservice'],
          ['checkoutservice', 'currencyservice'],
        ],
        1800,
      );
      meshSlows(world, [['loadgenerator', 'frontend']], 2400);
      world
        .app('frontend')
        .logs(
          times(
            '{"http.req.path":"/","http.resp.status":200,"http.resp.took_ms":2381,"message":"request complete","severity":"debug"}',
          ),
        );
    },
    causes: [
      { failureMode: 'cpu-throttled', object: 'Deployment/currencyservice' },
      { failureMode: 'saturation', object: 'Deployment/currencyservice' },
    ],
  }),
  boutiqueCase({
    name: 'email-starves-and-its-probe-times-out-now-and-then',
    family: 'run',
    arrange(world) {
      const app = world.app('emailservice');
      const of = { pod: app.pod.metadata.name };
      world.remetric('container_cpu_usage_seconds_total', of, counter(0.04, 0.199, 900));
      world.remetric('container_cpu_cfs_throttled_periods_total', of, counter(0.1, 9.5, 900));
      world.remetric('container_memory_working_set_bytes', of, step(60 * MIB, 66 * MIB, 900));
      world.event(app.pod, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: 'Readiness probe failed: timeout: health rpc did not complete within 1s',
        count: 4,
        first: 830,
        last: 95,
      });
      world
        .app('checkoutservice')
        .logs(
          times(
            `{"message":"failed to send order confirmation to \\"someone@example.com\\": rpc error: ${DEADLINE}","severity":"warning"}`,
          ),
        );
      meshSlows(world, [['checkoutservice', 'emailservice']], 4000);
    },
    causes: [
      { failureMode: 'cpu-throttled', object: 'Deployment/emailservice' },
      { failureMode: 'saturation', object: 'Deployment/emailservice' },
    ],
  }),
];
