import { boutiqueCase, FRONTEND_ERRORS } from '../boutique-case.ts';
import { clusterIp, frontendFails, refused, times } from '../boutique-logs.ts';
import { meshFails } from '../boutique-mesh.ts';
import type { DiagnosisCase } from '../case.ts';
import type { World } from '../world.ts';

/** As the cart tells of its Redis: in its own log, and to whoever asks. */
function cartCannot(world: World, why: string): void {
  frontendFails(
    world,
    'could not retrieve cart',
    `code = FailedPrecondition desc = Can't access cart storage. StackExchange.Redis.${why}`,
    '/cart',
  );
  world
    .app('cartservice')
    .logs(
      times(
        "fail: Grpc.AspNetCore.Server.ServerCallHandler[6]\n      Error when executing service method 'GetCart'.",
      ),
    );
  world.app('cartservice').logs(times(`      StackExchange.Redis.${why}`));
  meshFails(world, [
    ['frontend', 'cartservice'],
    ['checkoutservice', 'cartservice'],
  ]);
}

/** The cart and its store. */
export const blindBoutiqueStores: DiagnosisCase[] = [
  boutiqueCase({
    name: 'password-of-the-cart-store-is-another',
    family: 'stores',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world
        .app('redis-cart')
        .rollout(900)
        .patchContainer({ args: ['--requirepass', '$(REDIS_PASSWORD)'] });
      world.app('cartservice').setEnv({ REDIS_ADDR: 'redis-cart:6379,password=guest' });
      cartCannot(
        world,
        'RedisConnectionException: It was not possible to connect to the redis server(s). There was an authentication failure; check that passwords (or client certificates) are configured correctly: (RedisServerException) WRONGPASS invalid username-password pair or user is disabled.',
      );
    },
    // The store was changed, the cart was not: either may have the wrong one.
    causes: [
      { failureMode: 'store-credentials', object: 'Deployment/cartservice' },
      { failureMode: 'store-credentials', object: 'Deployment/redis-cart' },
    ],
  }),
  boutiqueCase({
    name: 'cart-store-wants-a-password-since-its-release',
    family: 'stores',
    blind: true,
    arrange(world) {
      world
        .app('redis-cart')
        .rollout(900)
        .patchContainer({ args: ['--requirepass', 'hunter2'] });
      cartCannot(world, 'RedisServerException: NOAUTH Authentication required.');
    },
    causes: [
      { failureMode: 'store-credentials', object: 'Deployment/cartservice' },
      { failureMode: 'store-credentials', object: 'Deployment/redis-cart' },
    ],
  }),
  boutiqueCase({
    name: 'cart-looks-for-its-store-on-another-port',
    family: 'stores',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world.app('cartservice').setEnv({ REDIS_ADDR: 'redis-cart:6380' });
      cartCannot(
        world,
        "RedisConnectionException: It was not possible to connect to the redis server(s). Error connecting right now. To allow this multiplexer to continue retrying until it's able to connect, use abortConnect=false in your connection string or AbortOnConnectFail=false; in your code.",
      );
    },
    causes: [
      { failureMode: 'store-credentials', object: 'Deployment/cartservice' },
      { failureMode: 'bad-configuration', object: 'Deployment/cartservice' },
    ],
  }),
  boutiqueCase({
    name: 'cart-store-takes-two-clients-only',
    family: 'stores',
    blind: true,
    arrange(world) {
      world.app('redis-cart').patchContainer({ args: ['redis-server', '--maxclients', '2'] });
      cartCannot(world, 'RedisServerException: ERR max number of clients reached');
    },
    causes: [{ failureMode: 'connection-pool-exhausted', object: 'Deployment/redis-cart' }],
  }),
  boutiqueCase({
    name: 'cart-store-became-a-replica',
    family: 'stores',
    alert: {
      name: 'CheckoutFailures',
      labels: { service: 'checkoutservice' },
      summary: 'Orders fail',
    },
    arrange(world) {
      cartCannot(
        world,
        "RedisServerException: READONLY You can't write against a read only replica.",
      );
      world.app('redis-cart').logs([
        {
          secondsAgo: 905,
          text: '1:S 01 Oct 2026 01:39:12.110 * Before turning into a replica, using my own master parameters to synthesize a cached master',
        },
        {
          secondsAgo: 904,
          text: '1:S 01 Oct 2026 01:39:12.111 * Connecting to MASTER 192.0.2.77:6379',
        },
      ]);
    },
    causes: [{ failureMode: 'database-read-only', object: 'Deployment/redis-cart' }],
  }),
  boutiqueCase({
    name: 'cart-store-cannot-save-and-refuses-writes',
    family: 'stores',
    blind: true,
    arrange(world) {
      cartCannot(
        world,
        "RedisServerException: MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.",
      );
      world
        .app('redis-cart')
        .logs(
          times(
            '1:M 01 Oct 2026 01:40:12.110 # Failed opening the temp RDB file temp-31.rdb (in server root dir /data) for saving: Read-only file system',
          ),
        );
    },
    causes: [
      { failureMode: 'database-read-only', object: 'Deployment/redis-cart' },
      { failureMode: 'cache-failure', object: 'Deployment/redis-cart' },
      { failureMode: 'volume-mount-failed', object: 'Deployment/redis-cart' },
      { failureMode: 'security-context', object: 'Deployment/redis-cart' },
    ],
  }),
  boutiqueCase({
    name: 'cart-store-refuses-its-own-settings',
    family: 'stores',
    alert: FRONTEND_ERRORS,
    arrange(world) {
      world
        .app('redis-cart')
        .rollout(900)
        .patchContainer({ args: ['redis-server', '--maxmemory', '200MiB'] });
      world.app('redis-cart').crash({
        exitCode: 1,
        log: [
          '*** FATAL CONFIG FILE ERROR (Redis 7.4.1) ***',
          'Reading the configuration file, at line 2',
          '>>> \'maxmemory "200MiB"\'',
          'argument must be a memory value',
        ],
      });
      cartCannot(
        world,
        'RedisConnectionException: UnableToConnect on redis-cart:6379/Interactive, Initializing/NotStarted, last: NONE, origin: BeginConnectAsync, outstanding: 0',
      );
      world
        .app('checkoutservice')
        .logs(
          times(
            `{"message":"cart failure: ${refused(`${clusterIp(world, 'redis-cart')}:6379`).replaceAll('"', "'")}","severity":"error"}`,
            { count: 3 },
          ),
        );
    },
    causes: [{ failureMode: 'bad-configuration', object: 'Deployment/redis-cart' }],
  }),
];
