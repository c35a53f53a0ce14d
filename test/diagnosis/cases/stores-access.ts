import type { DiagnosisCase } from '../case.ts';
import { addTickets, FRONTEND, ORDERS, says } from './store-parts.ts';

/** Clients that are refused, or look in the wrong place. */
export const storesAccess: DiagnosisCase[] = [
  {
    name: 'one-mysql-client-with-a-wrong-password',
    family: 'stores',
    alert: FRONTEND,
    arrange(world) {
      addTickets(world);
      world.app('route-service').crash({
        exitCode: 1,
        log: [
          "Caused by: java.sql.SQLException: Access denied for user 'routes'@'10.244.1.7' (using password: YES)",
          'Application run failed',
        ],
      });
    },
    expected: {
      causes: [{ failureMode: 'store-credentials', object: 'Deployment/route-service' }],
    },
  },
  {
    name: 'postgres-refuses-a-password',
    family: 'stores',
    alert: ORDERS,
    arrange(world) {
      says(world.app('orders'), 'pq: password authentication failed for user "orders"');
      world.app('orders-db').logs(
        [70, 190].map((secondsAgo) => ({
          secondsAgo,
          text: 'FATAL:  password authentication failed for user "orders"',
        })),
      );
    },
    expected: { causes: [{ failureMode: 'store-credentials', object: 'Deployment/orders' }] },
  },
  {
    name: 'redis-asks-for-a-password',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'cart' } },
    arrange(world) {
      says(world.app('cart'), 'ReplyError: NOAUTH Authentication required.');
    },
    expected: { causes: [{ failureMode: 'store-credentials', object: 'Deployment/cart' }] },
  },
  {
    name: 'database-port-of-orders-is-wrong',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('orders').rollout(1400).setEnv({ DB_PORT: '5433' });
      says(
        world.app('orders'),
        'connection to server at "orders-db" (10.96.8.8), port 5433 failed: Connection refused',
      );
    },
    expected: { causes: [{ failureMode: 'store-credentials', object: 'Deployment/orders' }] },
  },
  {
    name: 'mysql-port-in-a-secret-is-wrong',
    family: 'stores',
    alert: FRONTEND,
    arrange(world) {
      addTickets(world);
      world.app('seat-service').crash({
        exitCode: 1,
        log: [
          'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
          'Caused by: java.net.ConnectException: Connection refused (Connection refused)',
          'Application run failed',
        ],
      });
    },
    expected: { causes: [{ failureMode: 'store-credentials', object: 'Deployment/seat-service' }] },
  },
  {
    name: 'redis-address-of-cart-is-wrong-and-silent',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'frontend' } },
    arrange(world) {
      world.app('cart').setEnv({ REDIS_ADDR: 'cart-redis:6380' }).unready({ secondsAgo: 1200 });
    },
    expected: { causes: [{ failureMode: 'store-credentials', object: 'Deployment/cart' }] },
  },
  {
    name: 'database-host-that-no-service-has',
    family: 'stores',
    alert: ORDERS,
    arrange(world) {
      world.app('orders').setEnv({ DB_HOST: 'order-db' });
      world
        .app('orders')
        .crash({ exitCode: 1, log: ['dial tcp: lookup order-db on 10.96.0.10:53: no such host'] });
    },
    expected: { causes: [{ failureMode: 'store-credentials', object: 'Deployment/orders' }] },
  },
];
