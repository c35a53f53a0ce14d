import { servicePorts } from '../boutique.ts';
import { boutiqueCase, FRONTEND_ERRORS, FRONTEND_SLOW, SHOP_DEGRADED } from '../boutique-case.ts';
import {
  clusterIp,
  DEADLINE,
  dialTimeout,
  frontendFails,
  frontendWarns,
  orderFails,
  refused,
  times,
} from '../boutique-logs.ts';
import { meshFails, meshSlows } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import { objectAt } from '../merge-patch.ts';
import { counter } from '../world.ts';

/** The same kinds once more, told of by less. */
export const blindBoutiqueSilent: DiagnosisCase[] = [
  boutiqueCase({
    name: 'checkout-calls-email-on-the-port-of-its-container',
    family: 'traffic',
    blind: true,
    arrange(world) {
      world.app('checkoutservice').setEnv({ EMAIL_SERVICE_ADDR: 'emailservice:8080' });
      world
        .app('checkoutservice')
        .logs(
          times(
            `{"message":"failed to send order confirmation to \\"someone@example.com\\": rpc error: ${DEADLINE}","severity":"warning"}`,
            { count: 4 },
          ),
        );
    },
    // Either is wrong: it calls the port of the container, at which the Service does not listen.
    causes: [
      { failureMode: 'bad-configuration', object: 'Deployment/checkoutservice' },
      { failureMode: 'service-selector-mismatch', object: 'Service/emailservice' },
    ],
  }),
  boutiqueCase({
    name: 'cart-looks-for-a-store-of-another-name',
    family: 'stores',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world.app('cartservice').setEnv({ REDIS_ADDR: 'redis-cache:6379' });
      const why =
        "StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s). Error connecting right now. To allow this multiplexer to continue retrying until it's able to connect, use abortConnect=false";
      frontendFails(
        world,
        'could not retrieve cart',
        `code = FailedPrecondition desc = Can't access cart storage. ${why}`,
        '/cart',
      );
      meshFails(world, [['frontend', 'cartservice']]);
    },
    causes: [
      { failureMode: 'bad-configuration', object: 'Deployment/cartservice' },
      { failureMode: 'store-credentials', object: 'Deployment/cartservice' },
    ],
  }),
  boutiqueCase({
    name: 'service-of-catalog-names-a-port-as-nobody-does',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      servicePorts(world, 'productcatalogservice', {
        name: 'grpc',
        port: 3550,
        targetPort: 'grpc-catalog',
      });
      const slice = world.objects.find(
        ({ kind, metadata }) =>
          kind === 'EndpointSlice' &&
          metadata.labels?.['kubernetes.io/service-name'] === 'productcatalogservice',
      );
      if (slice) delete slice.ports;
      frontendFails(
        world,
        'could not retrieve products',
        refused(`${clusterIp(world, 'productcatalogservice')}:3550`),
      );
    },
    causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/productcatalogservice' }],
  }),
  boutiqueCase({
    name: 'readiness-of-ads-waits-for-an-hour',
    family: 'run',
    blind: true,
    arrange(world) {
      const ads = world.app('adservice');
      ads.rollout(900).patchContainer({ readinessProbe: { initialDelaySeconds: 3600 } });
      ads.unready({ secondsAgo: 890 });
      frontendWarns(
        world,
        'failed to retrieve ads',
        refused(`${clusterIp(world, 'adservice')}:9555`),
      );
    },
    causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/adservice' }],
  }),
  boutiqueCase({
    name: 'readiness-of-cart-asks-for-a-grpc-service-that-is-not-registered',
    family: 'run',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      const cart = world.app('cartservice');
      cart.patchContainer({
        readinessProbe: { grpc: null, httpGet: { path: '/ready', port: 7070, scheme: 'HTTP' } },
      });
      cart.unready({ event: 'Readiness probe failed: Get "http://10.244.2.9:7070/ready": EOF' });
      frontendFails(
        world,
        'could not retrieve cart',
        refused(`${clusterIp(world, 'cartservice')}:7070`),
        '/cart',
      );
      meshFails(world, [['frontend', 'cartservice']]);
    },
    causes: [{ failureMode: 'probe-misconfigured', object: 'Deployment/cartservice' }],
  }),
  boutiqueCase({
    name: 'shipping-without-a-limit-takes-all-the-cpu-it-gets',
    family: 'run',
    alert: FRONTEND_SLOW,
    arrange(world) {
      const app = world.app('shippingservice');
      app.patchContainer({ resources: { limits: null } });
      const of = { pod: app.pod.metadata.name };
      world.series.splice(
        0,
        world.series.length,
        ...world.series.filter(
          ({ name, labels }) =>
            labels.pod !== of.pod || !(name.includes('cfs') || name.endsWith('resource_limits')),
        ),
      );
      world.remetric('container_cpu_usage_seconds_total', of, counter(0.03, 7.4, 900));
      const node = { node: String(objectAt(app.pod, 'spec').nodeName) };
      world.remetric('node_cpu_seconds_total', { ...node, mode: 'idle' }, counter(0.82, 0.02, 900));
      world.remetric('node_cpu_seconds_total', { ...node, mode: 'user' }, counter(0.12, 0.92, 900));
      world.remetric('node_load1', node, (ago) => (ago > 900 ? 0.9 : 19));
      meshSlows(
        world,
        [
          ['frontend', 'shippingservice'],
          ['checkoutservice', 'shippingservice'],
        ],
        1500,
      );
    },
    causes: [
      { failureMode: 'saturation', object: 'Deployment/shippingservice' },
      { failureMode: 'cpu-throttled', object: 'Deployment/shippingservice' },
    ],
  }),
  boutiqueCase({
    name: 'packets-of-currency-are-late-and-only-bytes-are-measured',
    family: 'traffic',
    alert: SHOP_DEGRADED,
    arrange(world) {
      world.series.splice(
        0,
        world.series.length,
        ...world.series.filter(({ name }) => !name.startsWith('istio')),
      );
      const of = { pod: world.app('currencyservice').pod.metadata.name };
      for (const way of ['receive', 'transmit']) {
        world.remetric(`container_network_${way}_bytes_total`, of, counter(42_000, 5_000, 900));
        world.remetric(`container_network_${way}_packets_total`, of, counter(120, 16, 900));
      }
      world.remetric('container_cpu_usage_seconds_total', of, counter(0.05, 0.01, 900));
      frontendFails(world, 'could not retrieve currencies', DEADLINE);
      frontendFails(
        world,
        'could not retrieve products',
        'code = Canceled desc = context canceled',
      );
    },
    causes: [{ failureMode: 'network-degraded', object: 'Deployment/currencyservice' }],
  }),
  boutiqueCase({
    name: 'packets-to-shipping-vanish-for-every-caller',
    family: 'traffic',
    alert: FRONTEND_ERRORS,
    blind: true,
    arrange(world) {
      frontendFails(
        world,
        'failed to get shipping quote',
        dialTimeout(`${clusterIp(world, 'shippingservice')}:50051`),
        '/cart',
      );
      orderFails(
        world,
        'shipping quote failure: failed to get shipping quote',
        dialTimeout(`${clusterIp(world, 'shippingservice')}:50051`),
      );
    },
    causes: [{ failureMode: 'network-degraded', object: 'Deployment/shippingservice' }],
  }),
];
