import type { DiagnosisCase } from '../case.ts';
import { mergePatch } from '../merge-patch.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails, spring, springText } from '../train-logs.ts';
import type { World } from '../world.ts';
import { GATEWAY, NAMESPACE, patchService, podIp, USERS } from './blind-train-tools.ts';

const MYSQL = { object: 'StatefulSet/tsdb-mysql' } as const;

/** Hikari and Hibernate about the first connection that they do not get. */
function noStart(world: World, app: string, exception: string, more: string[] = []): string[] {
  return [
    ...springText(world, {
      level: 'INFO',
      logger: 'com.zaxxer.hikari.HikariDataSource',
      text: 'HikariPool-1 - Starting...',
    }),
    ...springText(world, {
      level: 'ERROR',
      logger: 'com.zaxxer.hikari.pool.HikariPool',
      text: 'HikariPool-1 - Exception during pool initialization.',
      trace: ['', exception, ...more],
    }),
    ...springText(world, {
      level: 'ERROR',
      logger: 'o.s.boot.SpringApplication',
      text: 'Application run failed',
      trace: [
        '',
        `org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory' defined in class path resource [org/springframework/boot/autoconfigure/orm/jpa/HibernateJpaConfiguration.class]: Invocation of init method failed; nested exception is org.hibernate.service.spi.ServiceException: Unable to create requested service [org.hibernate.engine.jdbc.env.spi.JdbcEnvironment]`,
        `\tat ${app.replaceAll('-', '')}.Application.main(Application.java:22) ~[classes!/:1.0]`,
      ],
    }),
  ];
}

function sqlErrors(world: World, apps: readonly string[], code: string, words: string): void {
  for (const app of apps)
    spring(world, app, [
      {
        level: 'WARN',
        logger: 'o.h.engine.jdbc.spi.SqlExceptionHelper',
        text: `SQL Error: ${code}`,
        every: 55,
      },
      {
        level: 'ERROR',
        logger: 'o.h.engine.jdbc.spi.SqlExceptionHelper',
        text: words,
        every: 55,
      },
    ]);
}

/** MySQL and those who need it. */
export const blindTrainStores: DiagnosisCase[] = [
  {
    name: 'blind-train-mysql-does-not-take-the-password-of-user',
    family: 'stores',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      world.patch('Secret', 'ts-user-mysql', { data: { USER_MYSQL_PASSWORD: 'd3Jvbmc=' } });
      world.app('ts-user-service').crash({
        exitCode: 1,
        restarts: 7,
        log: noStart(
          world,
          'ts-user-service',
          `java.sql.SQLException: Access denied for user 'ts'@'${podIp(world, 'ts-user-service')}' (using password: YES)`,
          [
            '\tat com.mysql.cj.jdbc.exceptions.SQLError.createSQLException(SQLError.java:129) ~[mysql-connector-java-8.0.26.jar!/:8.0.26]',
          ],
        ),
      });
      callFails(world, 'ts-auth-service', 'ts-user-service', 'refused');
      edgeFails(world, '/api/v1/users/login');
    },
    expected: {
      causes: [
        { failureMode: 'store-credentials', object: 'Deployment/ts-user-service' },
        { failureMode: 'store-credentials', object: 'Secret/ts-user-mysql' },
      ],
    },
  },
  {
    name: 'blind-train-payment-asks-mysql-on-a-port-it-does-not-have',
    family: 'stores',
    system: trainTicketWithRequests,
    alert: GATEWAY,
    arrange(world) {
      world.app('ts-payment-service').rollout(1_300).setEnv({ PAYMENT_MYSQL_PORT: '3307' });
      world.app('ts-payment-service').crash({
        exitCode: 1,
        restarts: 5,
        log: noStart(
          world,
          'ts-payment-service',
          'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
          [
            '',
            'The last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.',
            'Caused by: java.net.ConnectException: Connection timed out (Connection timed out)',
          ],
        ),
      });
      callFails(world, 'ts-inside-payment-service', 'ts-payment-service', 'refused');
      edgeFails(world, '/api/v1/inside_pay_service/inside_payment');
    },
    expected: {
      causes: [{ failureMode: 'store-credentials', object: 'Deployment/ts-payment-service' }],
    },
  },
  {
    name: 'blind-train-the-secret-of-route-was-deleted',
    family: 'stores',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      world.remove('Secret', 'ts-route-mysql');
      const app = world.app('ts-route-service');
      const message = 'secret "ts-route-mysql" not found';
      app.waiting({ reason: 'CreateContainerConfigError', message });
      world.event(app.pod, {
        type: 'Warning',
        reason: 'Failed',
        message: `Error: ${message}`,
        count: 71,
        first: 950,
        last: 7,
      });
      callFails(world, 'ts-basic-service', 'ts-route-service', 'refused');
    },
    expected: {
      causes: [
        { failureMode: 'missing-config', object: 'Deployment/ts-route-service' },
        { failureMode: 'missing-config', object: 'Secret/ts-route-mysql' },
      ],
    },
  },
  {
    name: 'blind-train-mysql-takes-twenty-connections',
    family: 'stores',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      world.app('tsdb-mysql').patchContainer({ args: ['--max_connections=20'] });
      for (const app of ['ts-order-service', 'ts-travel-service', 'ts-consign-service'])
        spring(world, app, [
          {
            level: 'ERROR',
            logger: 'o.h.engine.jdbc.spi.SqlExceptionHelper',
            text: 'Data source rejected establishment of connection,  message from server: "Too many connections"',
            every: 40,
          },
          {
            level: 'ERROR',
            logger: 'o.h.engine.jdbc.spi.SqlExceptionHelper',
            text: 'HikariPool-1 - Connection is not available, request timed out after 30000ms.',
            every: 90,
          },
        ]);
      callFails(world, 'ts-preserve-service', 'ts-order-service', '500');
      edgeFails(world, '/api/v1/orderservice/order/refresh');
    },
    expected: { causes: [{ failureMode: 'connection-pool-exhausted', ...MYSQL }] },
  },
  {
    name: 'blind-train-mysql-was-left-read-only',
    family: 'stores',
    system: trainTicketWithRequests,
    alert: USERS,
    arrange(world) {
      sqlErrors(
        world,
        ['ts-order-service', 'ts-contacts-service', 'ts-assurance-service'],
        '1290, SQLState: HY000',
        'The MySQL server is running with the --read-only option so it cannot execute this statement',
      );
      callFails(world, 'ts-preserve-service', 'ts-order-service', '500', { path: 'order' });
      edgeFails(world, '/api/v1/preserveservice/preserve');
    },
    expected: { causes: [{ failureMode: 'database-read-only', ...MYSQL }] },
  },
  {
    name: 'blind-train-the-leader-service-leads-to-followers',
    family: 'stores',
    system: trainTicket,
    alert: GATEWAY,
    arrange(world) {
      patchService(world, 'tsdb-mysql-leader', {
        selector: { app: 'tsdb-mysql', role: 'follower' },
      });
      sqlErrors(
        world,
        ['ts-order-service', 'ts-inside-payment-service'],
        '1290, SQLState: HY000',
        'The MySQL server is running with the --super-read-only option so it cannot execute this statement',
      );
      edgeFails(world, '/api/v1/orderservice/order');
    },
    expected: {
      causes: [
        { failureMode: 'service-selector-mismatch', object: 'Service/tsdb-mysql-leader' },
        { failureMode: 'database-read-only', ...MYSQL },
        { failureMode: 'database-read-only', object: 'Service/tsdb-mysql-leader' },
      ],
    },
  },
  {
    name: 'blind-train-the-leader-service-selects-a-role-nobody-plays',
    family: 'stores',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      for (const pod of world.app('tsdb-mysql').pods)
        mergePatch(pod, { metadata: { labels: { role: 'follower' } } });
      world.syncEndpoints('tsdb-mysql-leader');
      world.syncEndpoints('tsdb-mysql-follower');
      for (const app of ['ts-order-service', 'ts-travel-service', 'ts-station-service'])
        spring(world, app, [
          {
            level: 'WARN',
            logger: 'com.zaxxer.hikari.pool.PoolBase',
            text: 'HikariPool-1 - Failed to validate connection com.mysql.cj.jdbc.ConnectionImpl@5d1e09bc (No operations allowed after connection closed.). Possibly consider using a shorter maxLifetime value.',
            every: 120,
          },
          {
            level: 'ERROR',
            logger: 'o.h.engine.jdbc.spi.SqlExceptionHelper',
            text: 'Communications link failure',
            trace: [
              '',
              'Caused by: java.net.ConnectException: Connection refused (Connection refused)',
            ],
            every: 50,
          },
        ]);
      edgeFails(world, '/api/v1/travelservice/trips/left');
    },
    expected: {
      causes: [
        { failureMode: 'service-selector-mismatch', object: 'Service/tsdb-mysql-leader' },
        { failureMode: 'no-ready-endpoints', object: 'Service/tsdb-mysql-leader' },
      ],
    },
  },
];
