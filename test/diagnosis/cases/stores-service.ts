import type { DiagnosisCase } from '../case.ts';
import { addTickets, FRONTEND, ORDERS, says } from './store-parts.ts';

/** Stores that are full, slow, behind or refuse writes. */
export const storesService: DiagnosisCase[] = [
  {
    name: 'postgres-has-no-connection-left',
    family: 'stores',
    alert: ORDERS,
    arrange(world) {
      says(world.app('orders'), 'ERROR: FATAL: sorry, too many clients already (SQLSTATE 53300)');
    },
    expected: {
      causes: [{ failureMode: 'connection-pool-exhausted', object: 'StatefulSet/orders-db' }],
    },
  },
  {
    name: 'mysql-has-no-connection-left',
    family: 'stores',
    alert: FRONTEND,
    arrange(world) {
      addTickets(world);
      for (const name of ['seat-service', 'route-service'])
        says(
          world.app(name),
          'ERROR com.zaxxer.hikari.pool.HikariPool - HikariPool-1 - Exception during pool initialization. java.sql.SQLNonTransientConnectionException: Data source rejected establishment of connection,  message from server: "Too many connections"',
        );
    },
    expected: {
      causes: [{ failureMode: 'connection-pool-exhausted', object: 'StatefulSet/tickets-mysql' }],
    },
  },
  {
    name: 'redis-has-no-connection-left',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      says(world.app('cart'), 'error: redis: ERR max number of clients reached');
    },
    expected: {
      causes: [{ failureMode: 'connection-pool-exhausted', object: 'StatefulSet/cart-redis' }],
    },
  },
  {
    name: 'pool-of-one-client-is-too-small',
    family: 'stores',
    alert: ORDERS,
    arrange(world) {
      says(
        world.app('orders'),
        'java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, waiting=42)',
      );
    },
    expected: {
      causes: [{ failureMode: 'connection-pool-exhausted', object: 'Deployment/orders' }],
    },
  },
  {
    name: 'replicas-added-take-all-connections',
    family: 'stores',
    alert: ORDERS,
    arrange(world) {
      world.app('catalog').setEnv({ DATABASE_HOST: 'orders-db', DATABASE_MAX_CONNECTIONS: '60' });
      world.event(world.app('catalog').workload, {
        reason: 'ScalingReplicaSet',
        message: `Scaled up replica set ${world.app('catalog').replicaSet?.metadata.name} from 1 to 2`,
        first: 1500,
        from: 'deployment-controller',
      });
      says(
        world.app('orders'),
        'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute',
      );
    },
    expected: {
      causes: [
        { failureMode: 'connection-pool-exhausted', object: 'Deployment/catalog' },
        { failureMode: 'connection-pool-exhausted', object: 'StatefulSet/orders-db' },
      ],
    },
  },
  {
    name: 'postgres-is-read-only',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      says(
        world.app('orders'),
        'level=error msg="insert order" err="ERROR: cannot execute INSERT in a read-only transaction (SQLSTATE 25006)"',
      );
    },
    expected: { causes: [{ failureMode: 'database-read-only', object: 'StatefulSet/orders-db' }] },
  },
  {
    name: 'mysql-is-read-only',
    family: 'stores',
    alert: FRONTEND,
    arrange(world) {
      addTickets(world);
      says(
        world.app('seat-service'),
        'Caused by: java.sql.SQLException: The MySQL server is running with the --read-only option so it cannot execute this statement',
      );
    },
    expected: {
      causes: [{ failureMode: 'database-read-only', object: 'StatefulSet/tickets-mysql' }],
    },
  },
  {
    name: 'redis-is-a-replica-now',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'cart' } },
    arrange(world) {
      says(world.app('cart'), "error: READONLY You can't write against a read only replica.");
    },
    expected: { causes: [{ failureMode: 'database-read-only', object: 'StatefulSet/cart-redis' }] },
  },
  {
    name: 'postgres-slow-queries',
    family: 'stores',
    alert: { name: 'HighLatency', labels: { service: 'orders' } },
    arrange(world) {
      says(
        world.app('orders-db'),
        'LOG:  duration: 14210.554 ms  statement: SELECT * FROM order_lines WHERE note LIKE $1',
      );
      says(
        world.app('orders'),
        'ERROR: canceling statement due to statement timeout (SQLSTATE 57014)',
      );
    },
    expected: { causes: [{ failureMode: 'database-slow', object: 'StatefulSet/orders-db' }] },
  },
  {
    name: 'replica-is-behind',
    family: 'stores',
    alert: { name: 'StaleReads', labels: { service: 'orders' } },
    arrange(world) {
      says(
        world.app('orders-db'),
        'FATAL:  could not receive data from WAL stream: ERROR:  requested WAL segment 0000000100000A12000000FE has already been removed',
      );
    },
    expected: { causes: [{ failureMode: 'replication-lag', object: 'StatefulSet/orders-db' }] },
  },
  {
    name: 'cache-out-of-memory',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'cart' } },
    arrange(world) {
      says(world.app('cart'), "error: OOM command not allowed when used memory > 'maxmemory'.");
    },
    expected: { causes: [{ failureMode: 'cache-failure', object: 'StatefulSet/cart-redis' }] },
  },
  {
    name: 'cache-refuses-writes-for-its-snapshots',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      says(
        world.app('cart'),
        'error: MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk. Commands that may modify the data set are disabled.',
      );
    },
    expected: { causes: [{ failureMode: 'cache-failure', object: 'StatefulSet/cart-redis' }] },
  },
  {
    name: 'broker-blocks-publishers',
    family: 'stores',
    alert: { name: 'QueueDelay', labels: { service: 'email' } },
    arrange(world) {
      world.deploy({
        name: 'rabbitmq',
        kind: 'StatefulSet',
        replicas: 1,
        image: 'registry.example/library/rabbitmq:4.1',
        port: 5672,
      });
      world.app('email').setEnv({ AMQP_URL: 'amqp://rabbitmq:5672' });
      says(
        world.app('rabbitmq'),
        '[warning] <0.421.0> memory resource limit alarm set on node rabbit@rabbitmq-0.',
      );
    },
    expected: { causes: [{ failureMode: 'queue-backlog', object: 'StatefulSet/rabbitmq' }] },
  },
  {
    name: 'email-does-not-take-its-messages',
    family: 'stores',
    alert: { name: 'QueueDelay', labels: { service: 'email' } },
    arrange(world) {
      world.metric(
        'rabbitmq_queue_messages_ready',
        { namespace: 'shop', queue: 'email', pod: 'rabbitmq-0' },
        (ago) => (ago > 1800 ? 12 : 12 + (1800 - ago) * 5),
      );
    },
    expected: { causes: [{ failureMode: 'queue-backlog', object: 'Deployment/email' }] },
  },
  {
    name: 'one-of-two-mysqls-has-no-connection-left',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'ts-order-service' } },
    arrange(world) {
      for (const name of ['tsdb-mysql', 'nacosdb-mysql'])
        world.deploy({
          name,
          kind: 'StatefulSet',
          replicas: 1,
          image: 'registry.example/library/mysql:8.0',
          port: 3306,
        });
      for (const name of ['ts-order-service', 'ts-seat-service'])
        world.deploy({ name, port: 12031, image: `registry.example/ts/${name}:1.0` });
      for (const name of ['ts-order-service', 'ts-seat-service'])
        says(
          world.app(name),
          'Caused by: com.mysql.cj.exceptions.CJException: Too many connections',
        );
    },
    expected: {
      causes: [{ failureMode: 'connection-pool-exhausted', object: 'StatefulSet/tsdb-mysql' }],
    },
  },
  {
    name: 'database-started-read-only-and-silent',
    family: 'stores',
    alert: ORDERS,
    arrange(world) {
      world.app('orders-db').patchContainer({ args: ['-c', 'default_transaction_read_only=on'] });
    },
    expected: { causes: [{ failureMode: 'database-read-only', object: 'StatefulSet/orders-db' }] },
  },
  {
    name: 'a-client-that-waits-for-a-broken-store-is-not-misconfigured',
    family: 'stores',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('orders-db').crash({
        exitCode: 1,
        log: [
          'FATAL:  configuration file "/etc/postgresql.conf" contains errors',
          'LOG:  unrecognized configuration parameter "shared_bufers" in file "/etc/postgresql.conf" line 12',
        ],
      });
      world.app('orders').crash({
        exitCode: 1,
        log: [
          'dial tcp 10.96.8.8:5432: connect: connection refused',
          'panic: could not load config: no connection',
        ],
      });
    },
    expected: { causes: [{ failureMode: 'bad-configuration', object: 'StatefulSet/orders-db' }] },
  },
];
