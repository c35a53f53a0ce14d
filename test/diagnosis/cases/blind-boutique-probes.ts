import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { clusterIp, frontendFails, frontendWarns, orderFails, refused } from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import type { World } from '../world.ts';

/** A liveness probe that fails: the kubelet restarts what it cannot see to be well. */
function killedByLiveness(world: World, name: string, failure: string, exitCode = 2): void {
  const app = world.app(name);
  app.crash({ exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', restarts: 8 });
  world.event(app.pod, {
    type: 'Warning',
    reason: 'Unhealthy',
    message: `Liveness probe failed: ${failure}`,
    count: 26,
    first: 880,
    last: 70,
  });
  world.event(app.pod, {
    reason: 'Killing',
    message: `Container ${app.container} failed liveness probe, will be restarted`,
    count: 8,
    first: 850,
    last: 66,
  });
}

/** Probes that ask wrongly, and a port that two want. */
export const blindBoutiqueProbes: DiagnosisCase[] = [
  boutiqueCase({
    name: 'liveness-asks-a-grpc-server-over-http',
    family: 'run',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      world.app('paymentservice').patchContainer({
        livenessProbe: { grpc: null, httpGet: { path: '/healthz', port: 50051, scheme: 'HTTP' } },
      });
      killedByLiveness(
        world,
        'paymentservice',
        `Get "http://10.244.1.31:50051/healthz": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x18\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x03\\x7f\\xff\\xff\\xff\\x00\\x05"`,
        0,
      );
      orderFails(
        world,
        'failed to charge card: could not charge the card',
        refused(`${clusterIp(world, 'paymentservice')}:50051`),
      );
    },
    causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/paymentservice' }],
  }),
  boutiqueCase({
    name: 'liveness-asks-a-port-that-catalog-does-not-have',
    family: 'run',
    arrange(world) {
      world
        .app('productcatalogservice')
        .patchContainer({ livenessProbe: { grpc: { port: 3555 } } });
      killedByLiveness(
        world,
        'productcatalogservice',
        'error: failed to connect service at "10.244.1.17:3555": connection error: desc = "transport: Error while dialing: dial tcp 10.244.1.17:3555: connect: connection refused"',
      );
      frontendFails(
        world,
        'could not retrieve products',
        refused(`${clusterIp(world, 'productcatalogservice')}:3550`),
      );
      meshFails(world, [
        ['frontend', 'productcatalogservice'],
        ['recommendationservice', 'productcatalogservice'],
        ['loadgenerator', 'frontend'],
      ]);
    },
    causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/productcatalogservice' }],
  }),
  boutiqueCase({
    name: 'liveness-leaves-java-no-time-to-start',
    family: 'run',
    blind: true,
    arrange(world) {
      world.app('adservice').patchContainer({
        livenessProbe: {
          initialDelaySeconds: 1,
          periodSeconds: 1,
          timeoutSeconds: 1,
          failureThreshold: 1,
        },
      });
      killedByLiveness(
        world,
        'adservice',
        'timeout: failed to connect service "10.244.3.9:9555" within 1s: context deadline exceeded',
        143,
      );
      frontendWarns(
        world,
        'failed to retrieve ads',
        refused(`${clusterIp(world, 'adservice')}:9555`),
      );
    },
    causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/adservice' }],
  }),
  boutiqueCase({
    name: 'readiness-of-shipping-asks-another-port',
    family: 'run',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      const app = world.app('shippingservice');
      app.patchContainer({ readinessProbe: { grpc: { port: 8080 } } });
      app.unready({
        event:
          'Readiness probe failed: error: failed to connect service at "10.244.1.20:8080": connection error: desc = "transport: Error while dialing: dial tcp 10.244.1.20:8080: connect: connection refused"',
      });
      frontendFails(
        world,
        'failed to get shipping quote',
        refused(`${clusterIp(world, 'shippingservice')}:50051`),
        '/cart',
      );
      meshFails(world, [
        ['frontend', 'shippingservice'],
        ['checkoutservice', 'shippingservice'],
      ]);
    },
    causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/shippingservice' }],
  }),
  boutiqueCase({
    name: 'readiness-of-frontend-speaks-https-and-events-are-gone',
    family: 'run',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      const app = world.app('frontend');
      app.patchContainer({ readinessProbe: { httpGet: { scheme: 'HTTPS' } } });
      app.unready({ secondsAgo: 5200 });
    },
    causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/frontend' }],
  }),
  boutiqueCase({
    name: 'sidecar-takes-the-port-of-checkout',
    family: 'run',
    arrange(world) {
      const app = world.app('checkoutservice');
      app.rollout(900);
      app.addContainer({
        name: 'metrics-proxy',
        image: 'envoyproxy/envoy:v1.32.2',
        ports: [{ containerPort: 5050, protocol: 'TCP' }],
      });
      app.crash({
        exitCode: 1,
        log: [
          '{"message":"failed to listen: listen tcp :5050: bind: address already in use","severity":"fatal","timestamp":"2026-10-01T01:50:11.6Z"}',
        ],
      });
      frontendFails(
        world,
        'failed to complete the order',
        refused(`${clusterIp(world, 'checkoutservice')}:5050`),
        '/cart/checkout',
      );
      meshFails(world, [['frontend', 'checkoutservice']]);
    },
    causes: [{ failureMode: 'port-conflict', object: 'Deployment/checkoutservice' }],
  }),
];
