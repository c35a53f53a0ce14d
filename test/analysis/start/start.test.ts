import { describe, expect, it } from 'vitest';
import { start } from '../../../src/analysis/analysers/start/index.ts';
import { situationAfter, told } from '../../diagnosis/situation.ts';
import { creating, initContainer, kubeletWarns, unpulled } from '../../diagnosis/starting.ts';
import type { World } from '../../diagnosis/world.ts';

const RUNC =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

/** The container cannot be made, or its process not be started. */
function startFails(world: World, app: string, message: string, exitCode = 128): void {
  world.app(app).crash({ exitCode, reason: 'StartError', message: `${RUNC}${message}: unknown` });
}

describe('containers that do not start', () => {
  it.each<[string, (world: World) => void, string]>([
    [
      'a tag that does not exist, as containerd says it',
      (world) =>
        unpulled(
          world,
          world.app('cart'),
          'registry.example/shop/cart:9.9.9',
          'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/shop/cart:9.9.9": failed to resolve reference "registry.example/shop/cart:9.9.9": registry.example/shop/cart:9.9.9: not found',
        ),
      'image-not-found Deployment cart',
    ],
    [
      'a manifest that is unknown, as Docker says it',
      (world) =>
        unpulled(
          world,
          world.app('ads'),
          'registry.example/shop/adz:1',
          'Error response from daemon: manifest for registry.example/shop/adz:1 not found: manifest unknown: manifest unknown',
        ),
      'image-not-found Deployment ads',
    ],
    [
      'a repository that nobody knows',
      (world) =>
        unpulled(
          world,
          world.app('ads'),
          'docker.io/shop/adservise:1',
          'failed to pull and unpack image "docker.io/shop/adservise:1": failed to resolve reference "docker.io/shop/adservise:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        ),
      'image-not-found Deployment ads',
    ],
    [
      'the same refusal for a repository that others run from',
      (world) =>
        unpulled(
          world,
          world.app('cart'),
          'registry.example/shop/cart:1.0.1',
          'failed to resolve reference "registry.example/shop/cart:1.0.1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
          world.app('cart').pods.slice(0, 1),
        ),
      'image-pull-auth Deployment cart',
    ],
    [
      'a name that is none',
      (world) =>
        world.app('email').patchContainer({ image: 'registry.example/Shop/email:1' }).waiting({
          reason: 'InvalidImageName',
          message:
            'Failed to apply default image tag "registry.example/Shop/email:1": couldn\'t parse image name "registry.example/Shop/email:1": invalid reference format: repository name must be lowercase',
        }),
      'image-not-found Deployment email',
    ],
    [
      'a registry that does not resolve',
      (world) =>
        unpulled(
          world,
          world.app('ads'),
          'registry.exmaple/shop/ads:1',
          'rpc error: code = Unknown desc = failed to do request: Head "https://registry.exmaple/v2/shop/ads/manifests/1": dial tcp: lookup registry.exmaple on 10.0.0.2:53: no such host',
        ),
      'registry-unreachable Deployment ads',
    ],
    [
      'a registry that limits the rate',
      (world) =>
        unpulled(
          world,
          world.app('cart-redis'),
          'redis:8.2',
          '429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.',
        ),
      'registry-unreachable StatefulSet cart-redis',
    ],
    [
      'a registry that wants credentials',
      (world) =>
        unpulled(
          world,
          world.app('payment'),
          'private.example/shop/payment:2',
          'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://private.example/token?scope=repository%3Ashop%2Fpayment%3Apull: 401 Unauthorized',
        ),
      'image-pull-auth Deployment payment',
    ],
    [
      'a pull secret that does not exist',
      (world) => {
        const payment = unpulled(
          world,
          world.app('payment'),
          'private.example/shop/payment:2',
          null,
        );
        payment.patchSpec({ imagePullSecrets: [{ name: 'regcred' }] });
        kubeletWarns(
          world,
          payment,
          'FailedToRetrieveImagePullSecret',
          'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
        );
      },
      'image-pull-auth Deployment payment',
    ],
    [
      'a Secret that does not exist',
      (world) =>
        world.app('orders').waiting({
          reason: 'CreateContainerConfigError',
          message: 'secret "orders-db" not found',
        }),
      'missing-config Deployment orders',
    ],
    [
      'a key that its Secret does not have',
      (world) =>
        world.app('orders').waiting({
          reason: 'CreateContainerConfigError',
          message: "couldn't find key PASSWORD in Secret shop/orders-db",
        }),
      'missing-config Deployment orders',
    ],
    [
      'a ConfigMap that a volume names',
      (world) =>
        creating(
          world,
          world.app('cart'),
          'FailedMount',
          'MountVolume.SetUp failed for volume "config" : configmap "cart-config" not found',
        ),
      'missing-config Deployment cart',
    ],
    [
      'a key that its ConfigMap does not have, by the specifications',
      (world) =>
        world
          .app('ads')
          .patchContainer({
            env: [
              {
                name: 'LEVEL',
                valueFrom: { configMapKeyRef: { name: 'shop-config', key: 'LOGLEVEL' } },
              },
            ],
          })
          .unready(),
      'missing-config Deployment ads',
    ],
    [
      'an NFS server that refuses',
      (world) =>
        creating(
          world,
          world.app('email'),
          'FailedMount',
          'MountVolume.SetUp failed for volume "mails" : mount failed: exit status 32 Mounting command: mount Output: mount.nfs: access denied by server while mounting nfs.example:/mails',
        ),
      'volume-mount-failed Deployment email',
    ],
    [
      'a disk that another node still has',
      (world) =>
        creating(
          world,
          world.app('orders-db'),
          'FailedAttachVolume',
          'Multi-Attach error for volume "pv-orders-db" Volume is already exclusively attached to one node and can\'t be attached to another',
        ),
      'volume-mount-failed StatefulSet orders-db',
    ],
    [
      'a command that is not in the image',
      (world) =>
        startFails(world, 'shipping', 'exec: "./shipd": stat ./shipd: no such file or directory'),
      'bad-command Deployment shipping',
    ],
    [
      'an executable that is not in the path',
      (world) => startFails(world, 'cart', 'exec: "catrd": executable file not found in $PATH'),
      'bad-command Deployment cart',
    ],
    [
      'an image for other processors',
      (world) =>
        world
          .app('cart')
          .crash({ exitCode: 1, log: ['exec /usr/local/bin/cart: exec format error'] }),
      'bad-command Deployment cart',
    ],
    [
      'a shell that does not find its command',
      (world) =>
        world.app('email').crash({ exitCode: 127, log: ['/bin/sh: 1: pyhton: not found'] }),
      'bad-command Deployment email',
    ],
    [
      'an image that runs as root where it may not',
      (world) =>
        world.app('email').waiting({
          reason: 'CreateContainerConfigError',
          message:
            'container has runAsNonRoot and image will run as root (pod: "email-x_shop(1)", container: email)',
        }),
      'security-context Deployment email',
    ],
    [
      'a root file system that is read-only',
      (world) =>
        world
          .app('frontend')
          .patchContainer({ securityContext: { readOnlyRootFilesystem: true } })
          .crash({
            exitCode: 1,
            log: [
              'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
            ],
          }),
      'security-context Deployment frontend',
    ],
    [
      'a port that only root may have',
      (world) =>
        world
          .app('frontend')
          .crash({ exitCode: 1, log: ['listen tcp :80: bind: permission denied'] }),
      'security-context Deployment frontend',
    ],
    [
      'a volume whose files are of another user',
      (world) =>
        world
          .app('orders-db')
          .patchContainer({
            volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }],
          })
          .crash({
            exitCode: 1,
            log: [
              'FATAL:  could not open file "/var/lib/postgresql/data/pgdata/PG_VERSION": Permission denied',
            ],
          }),
      'volume-mount-failed StatefulSet orders-db',
    ],
    [
      'a volume whose files are told of without a path',
      (world) =>
        world
          .app('cart-redis')
          .patchContainer({ volumeMounts: [{ name: 'data', mountPath: '/data' }] })
          .crash({
            exitCode: 1,
            log: ["1:M # Can't open or create append-only dir appendonlydir: Permission denied"],
          }),
      'volume-mount-failed StatefulSet cart-redis',
    ],
    [
      'a file that it may not open, of a process without a volume',
      (world) =>
        world
          .app('ads')
          .crash({ exitCode: 1, log: ['could not open index.lock: Permission denied'] }),
      'security-context Deployment ads',
    ],
    [
      'a volume that it may not write, and that it runs without',
      (world) =>
        world
          .app('email')
          .patchContainer({ volumeMounts: [{ name: 'spool', mountPath: '/var/spool/mail' }] })
          .logs(
            [60, 120, 180].map((secondsAgo) => ({
              secondsAgo,
              text: "PermissionError: [Errno 13] Permission denied: '/var/spool/mail/out.mbox'",
            })),
          ),
      'volume-mount-failed Deployment email',
    ],
    [
      'a network plugin that fails',
      (world) =>
        creating(
          world,
          world.app('ads'),
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "4f1": plugin type="cilium-cni" failed (add): unable to connect to Cilium agent',
        ),
      'sandbox-failed Node node-a',
    ],
    [
      'an init container that fails',
      (world) =>
        initContainer(world, world.app('orders'), {
          name: 'migrate',
          command: ['/app/migrate', 'up'],
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
          lastState: { terminated: { exitCode: 2, reason: 'Error' } },
          restarts: 6,
          log: ['migrate: relation "orders" already exists'],
        }),
      'init-container-failed Deployment orders',
    ],
    [
      'an init container that waits for what is not there',
      (world) =>
        initContainer(world, world.app('orders'), {
          name: 'wait',
          command: ['sh', '-c', 'until nc -z orders-mysql 3306; do sleep 2; done'],
          state: { running: { startedAt: world.ago(1200) } },
        }),
      'init-container-failed Deployment orders',
    ],
  ])('tells %s', async (_, arrange, expected) => {
    expect(told(start, await situationAfter(arrange))[0]).toBe(expected);
  });

  it.each<[string, (world: World) => void]>([
    ['a shop that is well', () => {}],
    [
      'an error of a database about a table',
      (world) =>
        world
          .app('orders')
          .crash({ exitCode: 1, log: ['ERROR: permission denied for table orders'] }),
    ],
    [
      'a shell far away that refuses its key',
      (world) =>
        world.app('cart').crash({
          exitCode: 255,
          log: ['cannot open session: git@code.example: Permission denied (publickey)'],
        }),
    ],
    [
      'a call that another service refuses',
      (world) =>
        world.app('cart').crash({
          exitCode: 1,
          log: ['rpc error: code = PermissionDenied desc = permission denied: /shop.Cart/Add'],
        }),
    ],
    [
      'an init container that has just begun',
      (world) =>
        initContainer(world, world.app('orders'), {
          name: 'wait',
          command: ['sh', '-c', 'until nc -z orders-db 5432; do sleep 2; done'],
          state: { running: { startedAt: world.ago(20) } },
        }),
    ],
    [
      'a warning of a mount that has come about since',
      (world) =>
        kubeletWarns(
          world,
          world.app('cart'),
          'FailedMount',
          'MountVolume.SetUp failed for volume "config" : failed to sync configmap cache: timed out waiting for the condition',
        ),
    ],
    [
      'a missing pull secret of an image that was pulled all the same',
      (world) =>
        kubeletWarns(
          world,
          world.app('cart'),
          'FailedToRetrieveImagePullSecret',
          'Unable to retrieve some image pull secrets (old); attempting to pull the image may not succeed.',
        ),
    ],
    [
      'a refusal outside of any volume, of a program that runs all the same',
      (world) =>
        world.app('email').logs(
          [60, 90].map((secondsAgo) => ({
            secondsAgo,
            text: 'error: open /proc/1/environ: permission denied',
          })),
        ),
    ],
    [
      'a crash of the program itself',
      (world) => world.app('ads').crash({ exitCode: 1, log: ['panic: nil map', 'goroutine 1:'] }),
    ],
  ])('says nothing of %s', async (_, arrange) => {
    expect(told(start, await situationAfter(arrange))).toEqual([]);
  });
});
