import { afterEach, describe, expect, it } from 'vitest';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import { rolloutHistory } from '../../../src/tools/kubernetes/rollout/rollout-history.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { type FakeKubernetesOptions, startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { changesObjects } from '../examples/changes.ts';
import { redact, run, toolError } from '../run.ts';
import {
  container,
  controllerRevision,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
} from './fixtures/workloads.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function cluster(options: Partial<FakeKubernetesOptions> = {}) {
  const fake = await startFakeKubernetes({ objects: changesObjects, ...options });
  open.push(fake);
  const tools = [rolloutHistory(createKubernetesClient({ url: fake.url }, redact))];
  const history = (name: string, more: Record<string, unknown> = {}) =>
    run(tools, 'kubectl_rollout_history', { namespace: 'shop', name, ...more });
  return { fake, history };
}

/** The changes of the newer of two revisions that differ in their one container. */
async function changesBetween(before: Record<string, unknown>, after: Record<string, unknown>) {
  const of = 'web';
  const { history } = await cluster({
    objects: [
      deployment({ name: of }),
      replicaSet({ of, name: 'web-1', revision: 1, template: { containers: [container(before)] } }),
      replicaSet({ of, name: 'web-2', revision: 2, template: { containers: [container(after)] } }),
    ],
  });
  const { text, structured } = await history(of);
  return { text, revisions: structured.revisions };
}

describe('kubectl_rollout_history', () => {
  it('shows the revisions of a Deployment, newest first, with what each changed', async () => {
    const { history } = await cluster();
    expect((await history('checkout')).text).toMatchInlineSnapshot(`
      "Deployment shop/checkout: rollout stuck (ProgressDeadlineExceeded: ReplicaSet "checkout-6b9f7c9d4" has timed out progressing.); 3 pods wanted, 1 updated, 2 ready, 2 available
      Revisions, newest first, with what each changed. Ages at 2026-11-21T03:12:00Z.
      REVISION  MADE                  AGE    READY  NAME                IMAGE
      8         2026-11-21T02:40:00Z  32m    0/1    checkout-6b9f7c9d4  shop/checkout:1.4.2
          cause: release 1.4.2
          containers[app].image: registry.example/shop/checkout:1.4.1 → registry.example/shop/checkout:1.4.2
          containers[app].resources.limits.memory: 512Mi → 256Mi
      7         2026-11-14T10:00:00Z  6d17h  2/2    checkout-7d5c9f8b6  shop/checkout:1.4.1
          containers[app].env[LOG_LEVEL]: debug → info
      6         2026-11-02T10:00:00Z  18d    0/0    checkout-5f7b8c9d5  shop/checkout:1.4.1"
    `);
  });

  it('gives the same as structured content', async () => {
    const { history } = await cluster();
    const { structured } = await history('checkout');
    expect(structured).toMatchObject({
      kind: 'Deployment',
      status: { state: 'stuck', wanted: 3, updated: 1 },
      gaps: [],
    });
    expect(structured.revisions).toMatchObject([
      { revision: 8, comparedWith: 7, wanted: 1, ready: 0 },
      { revision: 7, comparedWith: 6 },
      { revision: 6, comparedWith: null, changes: [] },
    ]);
  });

  it('tells references, added and removed fields, and never a hidden value', async () => {
    const secret = { secretKeyRef: { name: 'db', key: 'password' } };
    const { text } = await changesBetween(
      {
        env: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'API_TOKEN', value: 'hunter2' },
          { name: 'OLD', value: '1' },
          { name: 'DB_PASSWORD', value: 'hunter3' },
        ],
        livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 },
        args: ['--port=8080'],
      },
      {
        env: [
          { name: 'LOG_LEVEL', value: 'debug' },
          { name: 'API_TOKEN', value: 'hunter4' },
          { name: 'DB_PASSWORD', valueFrom: secret },
          { name: 'NEW', valueFrom: { configMapKeyRef: { name: 'web', key: 'new' } } },
        ],
        livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
        readinessProbe: { tcpSocket: { port: 8080 } },
        args: ['--port=8080', '--cache size'],
      },
    );
    expect(text.split('\n').filter((line) => line.startsWith('    '))).toMatchInlineSnapshot(`
      [
        "    containers[app].env[LOG_LEVEL]: info → debug",
        "    containers[app].env[API_TOKEN]: another value ([REDACTED:env])",
        "    containers[app].env[OLD]: removed (was 1)",
        "    containers[app].env[DB_PASSWORD]: [REDACTED:env] → key password of Secret db",
        "    containers[app].env[NEW]: added key new of ConfigMap web",
        "    containers[app].livenessProbe.periodSeconds: 10 → 1",
        "    containers[app].args: --port=8080 → --port=8080 "--cache size"",
        "    containers[app].readinessProbe: added tcpSocket.port=8080",
      ]
    `);
    expect(text).not.toMatch(/hunter/);
  });

  it('tells a field that it knows nothing of', async () => {
    const { revisions } = await changesBetween(
      { lifecycle: { preStop: { sleep: { seconds: 5 } } }, tolerances: [{ a: 1 }] },
      { lifecycle: { preStop: { sleep: { seconds: 1 } } }, tolerances: [{ a: 2 }] },
    );
    expect(revisions).toMatchObject([
      {
        changes: [
          { field: 'containers[app].lifecycle.preStop.sleep.seconds', from: '5', to: '1' },
          { field: 'containers[app].tolerances', from: '[{"a":1}]', to: '[{"a":2}]' },
        ],
      },
      {},
    ]);
  });

  it('tells a container that was added as one change', async () => {
    const of = 'web';
    const sidecar = container({
      name: 'proxy',
      image: 'envoy:1',
      ports: [{ containerPort: 9901 }],
    });
    const { history } = await cluster({
      objects: [
        deployment({ name: of }),
        replicaSet({ of, name: 'web-1', revision: 1, template: {} }),
        replicaSet({
          of,
          name: 'web-2',
          revision: 2,
          template: {
            containers: [container(), sidecar],
            spec: { volumes: [{ name: 'tmp', emptyDir: {} }] },
          },
        }),
      ],
    });
    const { text } = await history(of);
    expect(text).toContain(
      'containers[proxy]: added image=envoy:1, resources{}, imagePullPolicy=IfNotPresent, ports[9901]{}',
    );
    expect(text).toContain('volumes: added [tmp].emptyDir{}');
  });

  it('knows a restart and a rollback', async () => {
    const of = 'web';
    const restarted = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T03:00:00Z' };
    const history = { 'deployment.kubernetes.io/revision-history': '1' };
    const { history: ask } = await cluster({
      objects: [
        deployment({ name: of }),
        replicaSet({ of, name: 'web-1', revision: 3, annotations: history, template: {} }),
        replicaSet({ of, name: 'web-2', revision: 2, template: { annotations: restarted } }),
        replicaSet({ of, name: 'web-0', revision: 0, template: {} }),
      ],
    });
    const { text } = await ask(of);
    expect(text).toContain('rolled back to: it was revision 1 before');
    expect(text).toContain('restarted by kubectl rollout restart, nothing else changed');
  });

  it('leaves out what another Deployment of the same labels or name made', async () => {
    const of = 'web';
    const earlier = replicaSet({ of, name: 'web-1', revision: 1, template: {} });
    earlier.metadata.ownerReferences = [
      { kind: 'Deployment', name: of, uid: 'uid-of-an-earlier-one' },
    ];
    const { history } = await cluster({ objects: [deployment({ name: of }), earlier] });
    expect((await history(of)).text).toContain('No revision is kept.');
  });

  it('cuts many fields, and shows all of one revision', async () => {
    const env = (value: string) =>
      Array.from({ length: 40 }, (_, index) => ({ name: `V${index}`, value }));
    const of = 'web';
    const revisions = [1, 2, 3, 4, 5].map((revision) =>
      replicaSet({
        of,
        name: `web-${revision}`,
        revision,
        template: { containers: [container({ env: env(String(revision)) })] },
      }),
    );
    const { history } = await cluster({ objects: [deployment({ name: of }), ...revisions] });
    const { text } = await history(of);
    expect(text).toContain('25 more fields: ask with revision 5');
    expect(text).not.toContain('env[V0]: 1 → 2');
    expect(text).toContain('Changes of the older ones: ask with revision.');
    const one = await history(of, { revision: 2 });
    expect(one.text.match(/: 1 → 2/g)).toHaveLength(40);
    expect(await toolError(history(of, { revision: 9 }))).toBe(
      'Revision 9 is not kept. There are: 5, 4, 3, 2, 1.',
    );
  });

  it.each([
    [{ conditions: [], observedGeneration: 3 }, 'progressing (the controller has not yet seen'],
    [
      { conditions: [], updatedReplicas: 1 },
      'progressing (1 of 3 pods are of the newest revision)',
    ],
    [{ conditions: [], replicas: 4 }, 'progressing (1 pods of older revisions are still there)'],
    [{ conditions: [], availableReplicas: 2 }, 'progressing (2 of 3 updated pods are available)'],
    [
      {
        conditions: [
          {
            type: 'ReplicaFailure',
            status: 'True',
            reason: 'FailedCreate',
            message: 'exceeded quota',
          },
        ],
      },
      'stuck (FailedCreate: exceeded quota)',
    ],
    [{}, 'rollout complete; 3 pods wanted, 3 updated, 3 ready, 3 available'],
  ])('says how far a Deployment with status %j is', async (status, words) => {
    const { history } = await cluster({ objects: [deployment({ name: 'web', status })] });
    expect((await history('web')).text).toContain(words);
  });

  it('reads StatefulSets and DaemonSets from their ControllerRevisions', async () => {
    const revisions = ['StatefulSet', 'DaemonSet'].flatMap((kind) =>
      [1, 2].map((revision) =>
        controllerRevision({
          of: { kind, name: 'search' },
          name: `search-${kind.toLowerCase()}-${revision}`,
          revision,
          template: { containers: [container({ image: `search:${revision}` })] },
        }),
      ),
    );
    const status = { currentRevision: 'search-1', updateRevision: 'search-2', updatedReplicas: 1 };
    const { history } = await cluster({
      objects: [
        statefulSet({ name: 'search', status }),
        daemonSet({
          name: 'search',
          spec: { updateStrategy: { type: 'OnDelete' } },
          status: { updatedNumberScheduled: 0 },
        }),
        ...revisions,
      ],
    });
    const set = await history('search', { kind: 'statefulset' });
    expect(set.text).toContain('progressing (1 of 3 pods are of the newest revision)');
    expect(set.text).toContain('containers[app].image: search:1 → search:2');
    const daemons = await history('search', { kind: 'daemonset' });
    expect(daemons.text).toContain('OnDelete: a pod changes when someone deletes it');
    expect(daemons.structured.revisions).toMatchObject([
      { name: 'search-daemonset-2' },
      { name: 'search-daemonset-1' },
    ]);
  });

  it('tells the status even when RBAC hides the revisions', async () => {
    const { history } = await cluster({ forbidden: ['list replicasets'] });
    const { text } = await history('checkout');
    expect(text).toContain('Deployment shop/checkout: rollout stuck');
    expect(text).toContain('Note: RBAC does not allow this service account to list replicasets');
    expect(await toolError(history('checkout', { revision: 1 }))).toContain('RBAC does not allow');
  });

  it('says that there is no such workload', async () => {
    const { history } = await cluster();
    expect(await toolError(history('nope'))).toBe('There is no deployment nope in namespace shop.');
  });
});
