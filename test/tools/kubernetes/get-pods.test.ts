import { afterEach, describe, expect, it } from 'vitest';
import { createToolset } from '../../../src/tools/toolset.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { type FakeKubernetesOptions, startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { redact, run, toolError } from '../run.ts';
import { cartPods, OOM_STATUS, pod, running, SHOP } from '../shop.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function shop(options: Partial<FakeKubernetesOptions> = {}) {
  const fake = await startFakeKubernetes({ objects: SHOP, ...options });
  open.push(fake);
  const tools = createToolset({ kubernetes: { url: fake.url } }, redact);
  const getPods = (args: Record<string, unknown>) => run(tools, 'kubectl_get_pods', args);
  return { fake, getPods };
}

describe('kubectl_get_pods', () => {
  it('shows unhealthy pods first with the reason, and folds the healthy ones of one owner', async () => {
    const { getPods } = await shop();
    const { text } = await getPods({ namespace: 'shop' });
    expect(text).toMatchInlineSnapshot(`
      "Namespace shop: 7 pods, 3 unhealthy. Ages at 2026-11-21T03:12:00Z.
      NAME                                     READY  STATUS            RESTARTS  AGE  NODE
      checkout-6b9f7c9d4-x2x4p                 0/1    CrashLoopBackOff  7         3d   node-a
          app: waiting CrashLoopBackOff: back-off 5m0s restarting failed container=app
          app: last ended OOMKilled, exit 137, at 2026-11-21T03:11:40Z after 98s
      web-5c7d8-q9w8e                          0/1    ImagePullBackOff  0         10m  node-a
          app: waiting ImagePullBackOff: Back-off pulling image "registry.example/shop/web:1.9.O": not found
      search-0                                 0/1    Pending           0         7m   <none>
          Unschedulable: 0/3 nodes are available: 3 Insufficient memory.
      cart-78c5f-{00000,00001,00002} (3 pods)  1/1    Running           0         3d   3 nodes
      report-28912345-zzzzz                    0/1    Completed         0         3d   node-a"
    `);
  });

  it('gives the same as structured content, without any cut', async () => {
    const { getPods } = await shop();
    const { structured } = await getPods({ namespace: 'shop' });
    expect(structured).toMatchObject({ namespace: 'shop', truncated: false });
    expect(structured.pods).toHaveLength(7);
    expect(structured.pods).toContainEqual(
      expect.objectContaining({
        name: 'checkout-6b9f7c9d4-x2x4p',
        status: 'CrashLoopBackOff',
        ready: '0/1',
        restarts: 7,
        healthy: false,
        node: 'node-a',
        owner: { kind: 'Deployment', name: 'checkout' },
        containers: [expect.objectContaining({ last: expect.objectContaining({ exitCode: 137 }) })],
      }),
    );
  });

  it('passes the label selector on', async () => {
    const { getPods } = await shop();
    const { structured } = await getPods({
      namespace: 'shop',
      label_selector: 'app in (cart,web),app!=web',
    });
    expect(structured.pods).toHaveLength(3);
  });

  it('says what the API says of a selector that is none', async () => {
    const { getPods } = await shop();
    const message = await toolError(getPods({ namespace: 'shop', label_selector: '((' }));
    expect(message).toContain("unable to parse requirement: found '(('");
  });

  it('tells an empty namespace from one that does not exist, and from a selector without match', async () => {
    const { getPods } = await shop();
    expect((await getPods({ namespace: 'quiet' })).text).toBe(
      'There are no pods in namespace quiet.',
    );
    expect(await toolError(getPods({ namespace: 'nope' }))).toBe('There is no namespace nope.');
    const unmatched = await getPods({ namespace: 'shop', label_selector: 'app=nope' });
    expect(unmatched.text).toBe('No pod in namespace shop has labels that match "app=nope".');
  });

  it('says only what it knows when RBAC hides namespaces', async () => {
    const { getPods } = await shop({ forbidden: ['get namespaces'] });
    expect((await getPods({ namespace: 'nope' })).text).toBe(
      'There are no pods in namespace nope. Namespace nope may not exist: RBAC does not allow this service account to get namespaces (403).',
    );
  });

  it('shows three of many pods with one trouble and folds the rest', async () => {
    const objects = Array.from({ length: 40 }, (_, index) =>
      pod({
        name: `checkout-6b9f7c9d4-${String(index).padStart(5, '0')}`,
        owner: { kind: 'ReplicaSet', name: 'checkout-6b9f7c9d4' },
        status: { containerStatuses: [{ ...OOM_STATUS, restartCount: index }] },
      }),
    );
    const { getPods } = await shop({ objects });
    const { text, structured } = await getPods({ namespace: 'shop' });
    expect(text.match(/last ended OOMKilled/g)).toHaveLength(3);
    expect(text).toContain('checkout-6b9f7c9d4-{00003,00004,00005,00006,…} (37 pods)');
    expect(text).toContain('3..39');
    expect(structured.pods).toHaveLength(40);
  });

  it('stays small for thousands of pods, reads them in pages, and says that it stopped', async () => {
    const { fake, getPods } = await shop({ objects: cartPods(3_000) });
    const { text, structured } = await getPods({ namespace: 'shop' });
    expect(text.length).toBeLessThan(1_000);
    expect(text).toContain('2000 or more pods');
    expect(text).toContain('use label_selector');
    expect(structured).toMatchObject({ truncated: true });
    expect(fake.requests).toHaveLength(8);
  });

  it('cuts long messages of the kubelet', async () => {
    const message = 'no such image '.repeat(200);
    const state = { waiting: { reason: 'ErrImagePull', message } };
    const objects = [
      pod({ name: 'p', status: { containerStatuses: [running('app', { ready: false, state })] } }),
    ];
    const { getPods } = await shop({ objects });
    const { text } = await getPods({ namespace: 'shop' });
    expect(text.length).toBeLessThan(800);
    expect(text).toContain('… (2799 characters)');
  });

  it('shows that a pod came after the window', async () => {
    const { getPods } = await shop({
      objects: [pod({ name: 'p', created: '2026-11-21T03:15:00Z' })],
    });
    expect((await getPods({ namespace: 'shop' })).text).toContain('+3m');
  });

  it.each(['../kube-system', 'shop/pods', 'Shop', '', 'a b', `${'a'.repeat(64)}`])(
    'refuses the namespace %j',
    async (namespace) => {
      const { fake, getPods } = await shop();
      await expect(getPods({ namespace })).rejects.toThrow('must be the name of one namespace');
      expect(fake.requests).toEqual([]);
    },
  );
});
