import type { DiagnosisCase } from '../case.ts';
import type { World } from '../world.ts';

const FRONTEND = { name: 'HighErrorRate', labels: { service: 'frontend' } };

function patchService(world: World, name: string, spec: Record<string, unknown>): void {
  world.patch('Service', name, { spec });
  world.syncEndpoints(name);
}

function refusals(world: World, app: string, text: string): void {
  world
    .app(app)
    .logs(Array.from({ length: 8 }, (_, index) => ({ secondsAgo: 800 - index * 90, text })));
}

/** Services that do not lead to their pods. */
export const trafficServices: DiagnosisCase[] = [
  {
    name: 'payment-service-selects-a-label-nobody-has',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      patchService(world, 'payment', { selector: { app: 'payment-v2' } });
      refusals(
        world,
        'checkout',
        'level=error msg="failed to charge card" error="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 10.96.12.7:50051: connect: connection refused\\""',
      );
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/payment' }] },
  },
  {
    name: 'catalog-selector-has-an-extra-label-and-nothing-says-so',
    family: 'traffic',
    alert: { name: 'FrontendLatencyHigh', labels: { service: 'recommendation' } },
    arrange(world) {
      patchService(world, 'catalog', { selector: { app: 'catalog', tier: 'backend' } });
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/catalog' }] },
  },
  {
    name: 'cart-service-selects-the-pods-of-checkout',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      patchService(world, 'cart', { selector: { app: 'checkout' } });
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/cart' }] },
  },
  {
    name: 'currency-service-sends-to-a-port-nobody-listens-on',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      patchService(world, 'currency', {
        ports: [{ name: 'grpc', port: 7000, targetPort: 7001, protocol: 'TCP' }],
      });
      refusals(
        world,
        'frontend',
        '{"severity":"error","message":"request error","error":"could not retrieve currencies: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 10.96.3.4:7000: connect: connection refused\\""}',
      );
    },
    expected: {
      causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/currency' }],
    },
  },
  {
    name: 'shipping-service-names-a-port-that-no-container-has',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      patchService(world, 'shipping', {
        ports: [{ name: 'grpc', port: 50052, targetPort: 'grpc-api', protocol: 'TCP' }],
      });
      world.app('shipping').patchContainer({
        ports: [{ name: 'grpc', containerPort: 50052, protocol: 'TCP' }],
      });
    },
    expected: {
      causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/shipping' }],
    },
  },
  {
    name: 'ads-service-speaks-udp',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      patchService(world, 'ads', { ports: [{ port: 9555, targetPort: 9555, protocol: 'UDP' }] });
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/ads' }] },
  },
  {
    name: 'orders-service-speaks-udp-and-its-container-declares-nothing',
    family: 'traffic',
    alert: { name: 'CheckoutErrorBudgetBurn', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('orders').patchContainer({ ports: null });
      patchService(world, 'orders', {
        ports: [{ name: 'http', port: 8082, targetPort: 8082, protocol: 'UDP' }],
      });
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/orders' }] },
  },
  {
    name: 'cart-service-has-another-port-than-all-who-call-it',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      patchService(world, 'cart', { ports: [{ port: 7071, targetPort: 7070, protocol: 'TCP' }] });
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/cart' }] },
  },
  {
    name: 'a-canary-service-without-pods-is-not-why-payment-is-refused',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.create(
        'v1',
        'Service',
        { name: 'frontend-canary' },
        {
          spec: {
            type: 'ClusterIP',
            clusterIP: '10.96.7.7',
            selector: { app: 'frontend', track: 'canary' },
            ports: [{ port: 8080, targetPort: 8080, protocol: 'TCP' }],
          },
        },
      );
      patchService(world, 'payment', { selector: { application: 'payment' } });
    },
    expected: { causes: [{ failureMode: 'service-selector-mismatch', object: 'Service/payment' }] },
  },
];
