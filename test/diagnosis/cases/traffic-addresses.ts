import type { DiagnosisCase } from '../case.ts';

const FRONTEND = { name: 'HighErrorRate', labels: { service: 'frontend' } };

/** Workloads that were told the wrong address. */
export const trafficAddresses: DiagnosisCase[] = [
  {
    name: 'checkout-calls-a-misspelt-payment',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world
        .app('checkout')
        .rollout(1500)
        .setEnv({ PAYMENT_ADDR: 'paymnet:50051' })
        .logs([
          {
            secondsAgo: 700,
            text: 'level=error msg="charge failed" err="rpc error: code = Unavailable desc = name resolver error: produced zero addresses"',
          },
        ]);
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'Deployment/checkout' }] },
  },
  {
    name: 'recommendation-has-the-wrong-port-of-the-catalog',
    family: 'traffic',
    alert: { name: 'HighLatency', labels: { service: 'frontend' } },
    arrange(world) {
      world.app('recommendation').setEnv({ CATALOG_ADDR: 'catalog:3551' });
    },
    expected: {
      causes: [{ failureMode: 'bad-configuration', object: 'Deployment/recommendation' }],
    },
  },
  {
    name: 'checkout-looks-for-orders-in-another-namespace',
    family: 'traffic',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'frontend' } },
    arrange(world) {
      world
        .app('checkout')
        .setEnv({ ORDERS_URL: 'http://orders.shop-staging.svc.cluster.local:8082' })
        .logs([
          {
            secondsAgo: 500,
            text: 'ERROR request to http://orders.shop-staging.svc.cluster.local:8082/api failed, reason: getaddrinfo ENOTFOUND orders.shop-staging.svc.cluster.local',
          },
        ]);
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'Deployment/checkout' }] },
  },
  {
    name: 'frontend-has-the-cart-where-the-currency-should-be',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world.app('frontend').setEnv({ CURRENCY_ADDR: 'cart:7070' });
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'Deployment/frontend' }] },
  },
  {
    name: 'cart-has-the-wrong-port-of-its-redis',
    family: 'traffic',
    alert: FRONTEND,
    arrange(world) {
      world.app('cart').setEnv({ REDIS_ADDR: 'cart-redis:6380' });
    },
    expected: { causes: [{ failureMode: 'store-credentials', object: 'Deployment/cart' }] },
  },
  {
    name: 'orders-java-service-cannot-resolve-its-database',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world
        .app('orders')
        .setEnv({
          DB_HOST: 'order-database',
          SPRING_DATASOURCE_URL: 'jdbc:postgresql://order-database:5432/orders?ssl=false',
        })
        .logs([
          {
            secondsAgo: 800,
            text: '2026-10-01 ERROR 1 --- [nio-8082-exec-3] o.h.engine.jdbc.spi.SqlExceptionHelper : The connection attempt failed. Caused by: java.net.UnknownHostException: order-database',
          },
        ]);
    },
    expected: { causes: [{ failureMode: 'store-credentials', object: 'Deployment/orders' }] },
  },
];
