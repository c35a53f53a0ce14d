import { describe, expect, it } from 'vitest';
import { readLine } from '../../../src/analysis/log-signatures/signatures.ts';

/** Lines as the programs write them, with what they mean. */
const SAID: readonly (readonly [line: string, failureMode: string, store?: string])[] = [
  [
    'E1121 03:10:02.1 reflector.go:147] failed to list *v1.Endpoints: endpoints is forbidden: User "system:serviceaccount:shop:discovery" cannot list resource "endpoints" in API group "" in the namespace "shop"',
    'rbac-denied',
  ],
  [
    "io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: GET at: https://10.96.0.1/api/v1/namespaces/shop/configmaps. Message: Forbidden!Configured service account doesn't have access.",
    'rbac-denied',
  ],
  [
    'org.flywaydb.core.api.exception.FlywayValidateException: Validate failed: Migrations have failed validation',
    'bad-migration',
  ],
  [
    'ERROR:  column "currency" of relation "orders" does not exist at character 34',
    'bad-migration',
  ],
  ["Unknown column 'o.currency' in 'field list'", 'bad-migration'],
  ['error: Dirty database version 12. Fix and force version.', 'bad-migration'],
  ['level=error msg="charge failed" provider=stripe status=429', 'rate-limited'],
  ['openai.RateLimitError: Error code: 429 - Rate limit reached for requests', 'rate-limited'],
  ['software.amazon.awssdk.services.sqs.model.SqsException: RequestLimitExceeded', 'rate-limited'],
  ['FATAL:  sorry, too many clients already', 'connection-pool-exhausted', 'postgres'],
  [
    'psycopg2.OperationalError: connection to server at "db" (10.1.2.3), port 5432 failed: FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute',
    'connection-pool-exhausted',
    'postgres',
  ],
  ['ERROR 1040 (HY000): Too many connections', 'connection-pool-exhausted', 'mysql'],
  ['Error 1040 (08004): Too many connections', 'connection-pool-exhausted', 'mysql'],
  [
    'com.mysql.cj.exceptions.CJException: Data source rejected establishment of connection,  message from server: "Too many connections"',
    'connection-pool-exhausted',
    'mysql',
  ],
  ['ReplyError: ERR max number of clients reached', 'connection-pool-exhausted', 'redis'],
  [
    'HikariPool-1 - Connection is not available, request timed out after 30001ms.',
    'connection-pool-exhausted',
  ],
  [
    'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00',
    'connection-pool-exhausted',
  ],
  ['Knex: Timeout acquiring a connection. The pool is probably full.', 'connection-pool-exhausted'],
  ['redis: connection pool timeout', 'connection-pool-exhausted'],
  [
    'com.mongodb.MongoWaitQueueFullException: Too many threads are already waiting for a connection. Max number of threads (maxWaitQueueSize) of 500 has been exceeded.',
    'connection-pool-exhausted',
  ],
  ['ERROR:  cannot execute INSERT in a read-only transaction', 'database-read-only', 'postgres'],
  [
    'The MySQL server is running with the --super-read-only option so it cannot execute this statement',
    'database-read-only',
    'mysql',
  ],
  [
    'Error 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement',
    'database-read-only',
    'mysql',
  ],
  [
    "READONLY You can't write against a read only replica. script: abc",
    'database-read-only',
    'redis',
  ],
  ['MongoServerError: not primary', 'database-read-only', 'mongodb'],
  ['FATAL:  password authentication failed for user "orders"', 'store-credentials', 'postgres'],
  ["Access denied for user 'ts'@'10.244.3.18' (using password: YES)", 'store-credentials', 'mysql'],
  [
    '{"level":"error","msg":"ping: Error 1045 (28000): Access denied for user \\"shop\\"@\\"10.2.3.4\\" (using password: NO)"}',
    'store-credentials',
    'mysql',
  ],
  ["java.sql.SQLSyntaxErrorException: Unknown database 'ts_order'", 'store-credentials', 'mysql'],
  ['(error) NOAUTH Authentication required.', 'store-credentials', 'redis'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'store-credentials', 'redis'],
  [
    'com.mongodb.MongoSecurityException: Exception authenticating MongoCredential{mechanism=SCRAM-SHA-256, userName=x}',
    'store-credentials',
    'mongodb',
  ],
  [
    'pymongo.errors.OperationFailure: Authentication failed., full error: {ok: 0.0, code: 18, codeName: AuthenticationFailed}',
    'store-credentials',
    'mongodb',
  ],
  [
    'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
    'store-credentials',
    'rabbitmq',
  ],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'cache-failure', 'redis'],
  ['java.lang.OutOfMemoryError: Java heap space', 'oom-killed'],
  ['java.lang.OutOfMemoryError: unable to create new native thread', 'file-descriptors-exhausted'],
  ['accept4: too many open files', 'file-descriptors-exhausted'],
  ['Error: EMFILE: too many open files, watch', 'file-descriptors-exhausted'],
  ['bash: fork: retry: Resource temporarily unavailable', 'file-descriptors-exhausted'],
  ['write /data/wal/0001: no space left on device', 'disk-full'],
  ['ERROR: could not extend file "base/16384/16391": No space left on device', 'disk-full'],
  ['listen tcp 0.0.0.0:8080: bind: address already in use', 'port-conflict'],
  ['Error: listen EADDRINUSE: address already in use :::3000', 'port-conflict'],
  ['Web server failed to start. Port 8080 was already in use.', 'port-conflict'],
  ['nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)', 'port-conflict'],
  ['java.net.BindException: Address already in use', 'port-conflict'],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-01-02T00:00:00Z is after 2026-01-01T00:00:00Z',
    'certificate-expired',
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is before 2026-01-02T00:00:00Z',
    'clock-skew',
  ],
  [
    'sun.security.validator.ValidatorException: PKIX path building failed: unable to find valid certification path to requested target',
    'certificate-expired',
  ],
  ['Deadlock found when trying to get lock; try restarting transaction', 'deadlock'],
  ['Lock wait timeout exceeded; try restarting transaction', 'deadlock'],
  ['panic: environment variable "CART_SERVICE_ADDR" not set', 'bad-configuration'],
  ['Error: Missing required environment variable: JWT_SECRET', 'bad-configuration'],
  ["KeyError: 'DATABASE_URL'", 'bad-configuration'],
  [
    "Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.",
    'bad-configuration',
  ],
  ['error: unknown flag: --legacy', 'bad-configuration'],
  ['*** FATAL CONFIG FILE ERROR (Redis 8.2.0) ***', 'bad-configuration'],
  ['panic: runtime error: invalid memory address or nil pointer dereference', 'application-crash'],
  ['Traceback (most recent call last):', 'application-crash'],
  ["Error: Cannot find module '/app/index.js'", 'application-crash'],
  ['dial tcp 10.96.4.4:6379: connect: connection refused', 'dependency-down'],
  ['java.net.UnknownHostException: ts-order-mysql', 'dns-failure'],
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.96.8.1:50051: connect: connection refused"',
    'dependency-down',
  ],
];

/** What is said of every day, by programs that are well. */
const NOTHING = [
  'level=info msg="handled 120 requests in the last minute"',
  'INFO HikariPool-1 - Start completed.',
  'LOG:  checkpoint complete: wrote 31 buffers (0.2%)',
  'ready to accept connections tcp',
  'Started OrdersApplication in 12.4 seconds (process running for 13.1)',
  'LOG:  duration: 12.410 ms  statement: SELECT 1',
  'Ready to accept connections; maxclients 10000',
  'Using environment variables from /etc/app.env',
  'GET /products/OLJCESPC7Z 200 12ms',
  'loaded configuration from /etc/nginx/nginx.conf',
  'certificate valid until 2027-01-01',
  'queue worker started, 4 consumers',
];

describe('a line', () => {
  it.each(SAID.map(([line, failureMode, store = '']) => ({ line, failureMode, store })))(
    'that reads $line means $failureMode',
    ({ line, failureMode, store }) => {
      const read = readLine(line);
      expect(read?.signature.failureMode).toBe(failureMode);
      if (store !== '') expect(read?.signature.store).toBe(store);
    },
  );

  it.each(NOTHING)('of every day means nothing: %j', (line) => {
    expect(readLine(line)?.signature.failureMode).toBeUndefined();
  });

  it('names the host and the port that it could not reach', () => {
    const line =
      'connection to server at "orders-db" (10.96.8.8), port 5433 failed: Connection refused';
    expect(readLine(line)?.match.groups).toMatchObject({ host: 'orders-db', port: '5433' });
  });

  it.each([
    ['dial tcp 10.96.4.4:6380: connect: connection refused', '10.96.4.4', '6380'],
    ['Error: connect ECONNREFUSED 10.96.4.4:6380', '10.96.4.4', '6380'],
    ["Can't connect to MySQL server on 'tickets-mysql:3307' (111)", 'tickets-mysql', '3307'],
    [
      'Connection to orders-db:5433 refused. Check that the hostname and port are correct',
      'orders-db',
      '5433',
    ],
    [
      'io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: cart-redis/10.96.4.4:6380',
      '10.96.4.4',
      '6380',
    ],
  ])('names whom it could not reach: %j', (line, host, port) => {
    expect(readLine(line)?.match.groups).toMatchObject({ host, port });
  });
});
