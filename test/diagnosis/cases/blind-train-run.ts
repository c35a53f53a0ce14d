import type { DiagnosisCase } from '../case.ts';
import { listAt, mergePatch } from '../merge-patch.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails, spring, springText } from '../train-logs.ts';
import { counter } from '../world.ts';
import { GATEWAY, NAMESPACE, podIp, probeFails, SLOW, USERS } from './blind-train-tools.ts';

const MI = 1024 ** 2;
const PROBE = { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 };

/** What happens to a Java process and by its probes. */
export const blindTrainRun: DiagnosisCase[] = [
  {
    name: 'blind-train-order-gets-less-memory-than-its-jvm-takes',
    family: 'run',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      const app = world.app('ts-order-service').rollout(1_300, {
        container: { resources: { limits: { memory: '200Mi' }, requests: { memory: '200Mi' } } },
      });
      const { pod } = app;
      const of = { pod: pod.metadata.name };
      world.remetric(
        'kube_pod_container_resource_limits',
        { ...of, resource: 'memory' },
        () => 200 * MI,
      );
      world.remetric('container_memory_working_set_bytes', of, (ago) =>
        ago > 1_300 ? 540 * MI : (90 + ((ago % 180) / 180) * 109) * MI,
      );
      // The kernel leaves no time for a last word.
      app.crash({ exitCode: 137, reason: 'OOMKilled', restarts: 8, secondsAgo: 1_290 });
      callFails(world, 'ts-seat-service', 'ts-order-service', 'refused');
      callFails(world, 'ts-security-service', 'ts-order-service', 'refused');
      edgeFails(world, '/api/v1/orderservice/order/refresh');
    },
    expected: { causes: [{ failureMode: 'oom-killed', object: 'Deployment/ts-order-service' }] },
  },
  {
    name: 'blind-train-liveness-of-basic-speaks-https-to-a-plain-port',
    family: 'run',
    system: trainTicketWithRequests,
    alert: GATEWAY,
    arrange(world) {
      const livenessProbe = {
        tcpSocket: null,
        httpGet: { path: '/actuator/health', port: 15680, scheme: 'HTTPS' },
        ...PROBE,
      };
      const app = world.app('ts-basic-service').patchContainer({ livenessProbe });
      app.crash({ exitCode: 143, restarts: 9, secondsAgo: 1_200 });
      probeFails(
        world,
        'ts-basic-service',
        'Liveness',
        `Get "https://${podIp(world, 'ts-basic-service')}:15680/actuator/health": http: server gave HTTP response to HTTPS client`,
      );
      callFails(world, 'ts-travel-service', 'ts-basic-service', 'refused');
      edgeFails(world, '/api/v1/travelservice/trips/left');
    },
    expected: {
      causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/ts-basic-service' }],
    },
  },
  {
    name: 'blind-train-liveness-of-user-asks-a-port-nobody-listens-on',
    family: 'run',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      const livenessProbe = { tcpSocket: { port: 12343 }, initialDelaySeconds: 60, ...PROBE };
      const app = world.app('ts-user-service').patchContainer({ livenessProbe });
      const started = springText(world, {
        level: 'INFO',
        logger: 'user.UserApplication',
        text: 'Started UserApplication in 31.722 seconds (JVM running for 33.105)',
      });
      app.crash({ exitCode: 143, restarts: 6, secondsAgo: 1_200, log: started });
      probeFails(
        world,
        'ts-user-service',
        'Liveness',
        `dial tcp ${podIp(world, 'ts-user-service')}:12343: connect: connection refused`,
      );
      callFails(world, 'ts-auth-service', 'ts-user-service', 'refused');
      edgeFails(world, '/api/v1/users/login');
    },
    expected: {
      causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/ts-user-service' }],
    },
  },
  {
    name: 'blind-train-liveness-kills-travel-before-its-jvm-is-up',
    family: 'run',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      const livenessProbe = {
        tcpSocket: { port: 12346 },
        initialDelaySeconds: 3,
        periodSeconds: 3,
        timeoutSeconds: 1,
        failureThreshold: 1,
      };
      const app = world.app('ts-travel-service').rollout(1_300, { container: { livenessProbe } });
      const starting = springText(world, {
        level: 'INFO',
        logger: 'travel.TravelApplication',
        text: 'Starting TravelApplication v1.0 using Java 1.8.0_111 on ts-travel-service with PID 1 (/app/ts-travel-service-1.0.jar started by root in /app)',
      });
      app.crash({ exitCode: 143, restarts: 11, secondsAgo: 1_280, log: starting });
      probeFails(
        world,
        'ts-travel-service',
        'Liveness',
        `dial tcp ${podIp(world, 'ts-travel-service')}:12346: connect: connection refused`,
      );
      callFails(world, 'ts-food-service', 'ts-travel-service', 'refused');
    },
    expected: {
      causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/ts-travel-service' }],
    },
  },
  {
    name: 'blind-train-readiness-of-price-has-the-port-of-another',
    family: 'run',
    system: trainTicketWithRequests,
    alert: USERS,
    arrange(world) {
      const readinessProbe = { tcpSocket: { port: 16580 }, initialDelaySeconds: 60, ...PROBE };
      const app = world.app('ts-price-service').patchContainer({ readinessProbe });
      app.unready({
        event: `Readiness probe failed: dial tcp ${podIp(world, 'ts-price-service')}:16580: connect: connection refused`,
      });
      callFails(world, 'ts-basic-service', 'ts-price-service', 'refused');
      edgeFails(world, '/api/v1/travelservice/trips/left');
    },
    expected: {
      causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/ts-price-service' }],
    },
  },
  {
    name: 'blind-train-readiness-of-rabbitmq-asks-amqp-for-a-page',
    family: 'run',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      const readinessProbe = { tcpSocket: null, httpGet: { path: '/', port: 5672 }, ...PROBE };
      const app = world.app('rabbitmq').patchContainer({ readinessProbe });
      app.unready({
        event: `Readiness probe failed: Get "http://${podIp(world, 'rabbitmq')}:5672/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "AMQP\\x00\\x00\\t\\x01"`,
      });
      spring(world, 'ts-notification-service', [
        {
          level: 'WARN',
          logger: 'o.s.a.r.l.SimpleMessageListenerContainer',
          text: 'Consumer raised exception, processing can restart if the connection factory supports it. Exception summary: org.springframework.amqp.AmqpConnectException: java.net.ConnectException: Connection refused (Connection refused)',
          every: 45,
        },
      ]);
    },
    expected: { causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/rabbitmq' }] },
  },
  {
    name: 'blind-train-readiness-of-station-waits-for-an-hour-and-says-nothing',
    family: 'run',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      const readinessProbe = { tcpSocket: { port: 12345 }, initialDelaySeconds: 3_600, ...PROBE };
      const app = world.app('ts-station-service').rollout(1_200, { container: { readinessProbe } });
      for (const container of listAt(app.pod, 'status', 'containerStatuses'))
        mergePatch(container, { state: { running: { startedAt: world.ago(1_190) } } });
      app.unready({ secondsAgo: 1_195 });
      callFails(world, 'ts-basic-service', 'ts-station-service', 'refused');
      edgeFails(world, '/api/v1/stationservice/stations');
    },
    expected: {
      causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/ts-station-service' }],
    },
  },
  {
    name: 'blind-train-a-metrics-sidecar-took-the-port-of-train',
    family: 'run',
    system: trainTicket,
    alert: GATEWAY,
    arrange(world) {
      const app = world.app('ts-train-service').addContainer({
        name: 'jmx-exporter',
        image: 'docker.io/bitnami/jmx-exporter:0.20.0',
        args: ['14567', '/etc/jmx/config.yml'],
        ports: [{ containerPort: 14567, protocol: 'TCP' }],
      });
      app.crash({
        exitCode: 1,
        restarts: 7,
        log: [
          '***************************',
          'APPLICATION FAILED TO START',
          '***************************',
          'Description:',
          'Web server failed to start. Port 14567 was already in use.',
          'Action:',
          "Identify and stop the process that's listening on port 14567 or configure this application to listen on another port.",
        ],
      });
      callFails(world, 'ts-basic-service', 'ts-train-service', 'refused');
      edgeFails(world, '/api/v1/trainservice/trains');
    },
    expected: { causes: [{ failureMode: 'port-conflict', object: 'Deployment/ts-train-service' }] },
  },
  {
    name: 'blind-train-travel-burns-its-cpu-limit',
    family: 'run',
    system: trainTicketWithRequests,
    alert: SLOW,
    arrange(world) {
      const pod = world.app('ts-travel-service').pod.metadata.name;
      world.remetric('container_cpu_usage_seconds_total', { pod }, counter(0.08, 0.998, 960));
      world.remetric('container_cpu_cfs_periods_total', { pod }, counter(4, 10, 960));
      world.remetric('container_cpu_cfs_throttled_periods_total', { pod }, counter(0.02, 9.6, 960));
      for (const [service, rate] of [
        ['ts-travel-service', 30],
        ['ts-route-plan-service', 18],
        ['ts-gateway-service', 14],
      ] as const)
        world.remetric(
          'http_server_requests_seconds_sum',
          { service, status: '200' },
          counter(0.24, rate, 960),
        );
      callFails(world, 'ts-route-plan-service', 'ts-travel-service', 'read-timeout');
    },
    expected: {
      causes: [
        { failureMode: 'cpu-throttled', object: 'Deployment/ts-travel-service' },
        { failureMode: 'saturation', object: 'Deployment/ts-travel-service' },
      ],
    },
  },
];
