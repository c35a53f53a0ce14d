import { afterEach, describe, expect, it } from 'vitest';
import { createToolset } from '../../../src/tools/toolset.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { type FakeKubernetesOptions, startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { redact, run, toolError } from '../run.ts';
import { event, pod, running, SHOP } from '../shop.ts';
import { deployment, object, replicaSet, statefulSet } from './fixtures/workloads.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

/** What stands behind the pods of the shop. */
const BEHIND = [
  deployment({ name: 'checkout' }),
  replicaSet({ of: 'checkout', name: 'checkout-6b9f7c9d4', revision: 8, template: {} }),
  object('v1', 'ConfigMap', { name: 'checkout' }, { data: { PORT: '8080', CACHE_TTL: '60' } }),
];

async function shop(options: Partial<FakeKubernetesOptions> = {}) {
  const fake = await startFakeKubernetes({ objects: [...SHOP, ...BEHIND], ...options });
  open.push(fake);
  const tools = createToolset({ kubernetes: { url: fake.url } }, redact);
  const describePod = (name: string) =>
    run(tools, 'kubectl_describe_pod', { namespace: 'shop', name });
  return { fake, describePod };
}

const OOM = 'checkout-6b9f7c9d4-x2x4p';

describe('kubectl_describe_pod', () => {
  it('tells what matters of a pod, and nothing that is the same for every pod', async () => {
    const { describePod } = await shop();
    expect((await describePod(OOM)).text).toMatchInlineSnapshot(`
      "Pod shop/checkout-6b9f7c9d4-x2x4p: CrashLoopBackOff, ready 0/1, 7 restarts
      Owner: Deployment/checkout (ReplicaSet/checkout-6b9f7c9d4)   Node: node-a   Service account: checkout   QoS: Burstable
      Created: 2026-11-18T03:12:00Z   Rollout restarted: 2026-11-21T02:40:00Z
      Labels: app=checkout, version=1.4.2
      Containers:
        app: registry.example/shop/checkout:1.4.2
          state       waiting CrashLoopBackOff: back-off 5m0s restarting failed container=app
          last ended  OOMKilled, exit 137, at 2026-11-21T03:11:40Z after 98s
          limits      memory=256Mi
          requests    cpu=100m, memory=128Mi
          command     node server.js --api-token flag-hunter2 --port=8080
          ports       8080/TCP http
          liveness    HTTP GET :8080/healthz, delay 10s, every 10s, timeout 1s, 3 failures
          readiness   TCP :http, every 5s, timeout 1s, 3 failures
          env         LOG_LEVEL=info; DB_PASS=[REDACTED:env]; STRIPE_KEY=[REDACTED:env]; TOKEN_URL=https://auth.example/token; DATABASE_URL=postgres://orders:[REDACTED:password:315e18d3]@orders-db:5432/orders; DB_PASSWORD from key password of Secret orders-db; POD_IP from field status.podIP
          env from    ConfigMap checkout
          mounts      /data from data
      Conditions:
        Ready  False  2026-11-21T03:11:40Z  ContainersNotReady
      Volumes:
        data: PersistentVolumeClaim checkout-data
        tls: Secret checkout-tls
      Keys of its ConfigMaps:
        checkout: CACHE_TTL, PORT
      Events of 2026-11-21, oldest first:
        02:40:01  Normal   Scheduled                   default-scheduler: Successfully assigned shop/checkout to node-a
        03:11:45  Warning  BackOff x12 since 02:45:00  kubelet: Back-off restarting failed container app in pod checkout
      Note: Left out: events of earlier pods of this name (1)."
    `);
  });

  it('tells why a pod is not scheduled, and what it asks of nodes', async () => {
    const { describePod } = await shop();
    const { text } = await describePod('search-0');
    expect(text).toContain('Unschedulable: 0/3 nodes are available: 3 Insufficient memory.');
    expect(text).toContain('Node selector: disk=ssd\nTolerations: batch');
    expect(text).toContain('Events: none');
  });

  it('gives environment by name, literals of secrets hidden, references as references', async () => {
    const { describePod } = await shop();
    const { structured } = await describePod(OOM);
    expect(structured.containers).toMatchObject([
      {
        env: [
          { name: 'LOG_LEVEL', value: 'info', from: null },
          { name: 'DB_PASS', value: '[REDACTED:env]', from: null },
          { name: 'STRIPE_KEY', value: '[REDACTED:env]', from: null },
          { name: 'TOKEN_URL', value: 'https://auth.example/token', from: null },
          { name: 'DATABASE_URL' },
          { name: 'DB_PASSWORD', value: null, from: 'key password of Secret orders-db' },
          { name: 'POD_IP', value: null, from: 'field status.podIP' },
        ],
      },
    ]);
  });

  it('lists the events of this pod, oldest first, and leaves those of an earlier pod of the name out', async () => {
    const { describePod } = await shop();
    const { structured } = await describePod(OOM);
    expect(structured.events).toMatchObject([
      {
        reason: 'Scheduled',
        count: 1,
        lastAt: '2026-11-21T02:40:01.000000Z',
        from: 'default-scheduler',
      },
      {
        reason: 'BackOff',
        count: 12,
        firstAt: '2026-11-21T02:45:00Z',
        lastAt: '2026-11-21T03:11:45Z',
      },
    ]);
    expect(structured.gaps).toEqual(['Left out: events of earlier pods of this name (1).']);
  });

  it('counts the events of a series, and takes those without a uid', async () => {
    const objects = [
      pod({ name: 'p' }),
      event('p', 'Unhealthy', 'probe failed', {
        involvedObject: { kind: 'Pod', namespace: 'shop', name: 'p' },
        series: { count: 9, lastObservedTime: '2026-11-21T03:10:00Z' },
      }),
    ];
    const { describePod } = await shop({ objects });
    expect((await describePod('p')).text).toContain(
      '03:10:00  Warning  Unhealthy x9 since 03:00:00',
    );
  });

  it('shows the newest fifty of very many events and keeps all in the structured content', async () => {
    const objects = [
      pod({ name: 'p' }),
      ...Array.from({ length: 300 }, (_, index) =>
        event('p', `R${index}`, 'again', {
          lastTimestamp: new Date(Date.parse('2026-11-21T02:00:00Z') + index * 1000).toISOString(),
        }),
      ),
    ];
    const { describePod } = await shop({ objects });
    const { text, structured } = await describePod('p');
    expect(text).toContain('(250 older ones left out)');
    expect(text).toContain('R299');
    expect(text).not.toContain('R249 ');
    expect(structured.events).toHaveLength(300);
  });

  it('describes the pod even when RBAC hides its events, and says so', async () => {
    const { describePod } = await shop({ forbidden: ['list events'] });
    const { text, structured } = await describePod(OOM);
    expect(text).toContain(
      'Note: Events could not be read: RBAC does not allow this service account to list events in namespace shop (403).',
    );
    expect(structured.events).toEqual([]);
  });

  it('describes init containers and what a container said when it ended', async () => {
    const objects = [
      pod({
        name: 'p',
        spec: { initContainers: [{ name: 'migrate', image: 'migrate:2' }] },
        status: {
          initContainerStatuses: [
            running('migrate', {
              ready: false,
              state: {
                terminated: {
                  exitCode: 1,
                  reason: 'Error',
                  message: 'relation "orders"\nalready exists',
                },
              },
            }),
          ],
        },
      }),
    ];
    const { describePod } = await shop({ objects });
    const { text } = await describePod('p');
    expect(text).toContain('Pod shop/p: Init:Error');
    expect(text).toMatch(
      / {2}init migrate: migrate:2\n {4}state +terminated Error, exit 1: relation "orders" already exists/,
    );
  });

  it('follows the owners to what a person changes', async () => {
    const { describePod } = await shop();
    const { structured } = await describePod(OOM);
    expect(structured.owners).toEqual([
      { kind: 'ReplicaSet', name: 'checkout-6b9f7c9d4', exists: true },
      { kind: 'Deployment', name: 'checkout', exists: true },
    ]);
  });

  it('says when an owner is gone, or was made again', async () => {
    const orphan = pod({ name: 'p', owner: { kind: 'ReplicaSet', name: 'gone' } });
    const search = statefulSet({ name: 'search' });
    const mistaken = pod({ name: 'q', owner: { kind: 'StatefulSet', name: 'search' } });
    mistaken.metadata.ownerReferences = [
      { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'search', uid: 'earlier' },
    ];
    const { describePod } = await shop({ objects: [orphan, search, mistaken] });
    const owner = 'which does not exist any more';
    expect((await describePod('p')).text).toContain(`Owner: ReplicaSet/gone (${owner})`);
    expect((await describePod('q')).text).toContain(`Owner: StatefulSet/search (${owner})`);
  });

  it('names owners that it cannot read, and the Deployment that the labels tell of', async () => {
    const { describePod } = await shop({ forbidden: ['get replicasets'] });
    expect((await describePod(OOM)).text).toContain(
      'Owner: Deployment/checkout (ReplicaSet/checkout-6b9f7c9d4)',
    );
    const rollout = pod({ name: 'p' });
    rollout.metadata.ownerReferences = [
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' },
    ];
    const other = await shop({ objects: [rollout] });
    const { structured } = await other.describePod('p');
    expect(structured.owners).toEqual([{ kind: 'Rollout', name: 'web', exists: null }]);
  });

  it('says loudly which ConfigMaps and keys are not there, unless they are optional', async () => {
    const configMapRef = (name: string) => ({ configMapRef: { name } });
    const key = (name: string, more = {}) => ({
      configMapKeyRef: { name: 'some', key: name, ...more },
    });
    const objects = [
      object(
        'v1',
        'ConfigMap',
        { name: 'some' },
        { data: { MODE: 'x' }, binaryData: { blob: '' } },
      ),
      pod({
        name: 'p',
        spec: {
          initContainers: [{ name: 'init', envFrom: [configMapRef('absent')] }],
          containers: [
            {
              name: 'app',
              envFrom: [{ configMapRef: { name: 'wanted', optional: true } }],
              env: [
                { name: 'A', valueFrom: key('MODE') },
                { name: 'B', valueFrom: key('MODUS') },
                { name: 'C', valueFrom: key('MODUS', { optional: true }) },
              ],
            },
          ],
          volumes: [
            { name: 'files', configMap: { name: 'some', items: [{ key: 'blob', path: 'b' }] } },
            { name: 'mixed', projected: { sources: [{ configMap: { name: 'absent' } }] } },
          ],
        },
      }),
    ];
    const { describePod, fake } = await shop({ objects });
    const { text, structured } = await describePod('p');
    expect(structured.problems).toEqual([
      'ConfigMap absent does not exist (env from of container init)',
      'ConfigMap some has no key MODUS (env B of container app)',
      'ConfigMap absent does not exist (volume mixed)',
    ]);
    expect(text.split('\n').slice(1, 4)).toEqual([
      'PROBLEM: ConfigMap absent does not exist (env from of container init)',
      'PROBLEM: ConfigMap some has no key MODUS (env B of container app)',
      'PROBLEM: ConfigMap absent does not exist (volume mixed)',
    ]);
    expect(text).toContain('  some: MODE, blob\n');
    expect(text).toContain('  wanted: does not exist\n');
    expect(fake.requests.filter(({ path }) => path.includes('/configmaps/'))).toHaveLength(3);
  });

  it('says that it may not read ConfigMaps, and knows of no problem then', async () => {
    const { describePod } = await shop({ forbidden: ['get configmaps'] });
    const { text, structured } = await describePod(OOM);
    expect(structured).toMatchObject({ problems: [], configMaps: [] });
    expect(text).toContain('Note: ConfigMaps could not be read: RBAC does not allow');
  });

  it('never asks for a Secret', async () => {
    const { describePod, fake } = await shop();
    await describePod(OOM);
    expect(fake.requests.filter(({ path }) => path.includes('secret'))).toEqual([]);
  });

  it('says that there is no such pod', async () => {
    const { describePod } = await shop();
    expect(await toolError(describePod('nope'))).toBe('There is no pod nope in namespace shop.');
  });

  it.each(['../../secrets/x', '..', '.', 'a/b', 'a%2fb', 'a?b', 'a#b', 'A', '', 'a\n'])(
    'refuses the name %j',
    async (name) => {
      const { fake, describePod } = await shop();
      await expect(describePod(name)).rejects.toThrow('must be the full name of one object');
      expect(fake.requests).toEqual([]);
    },
  );
});
