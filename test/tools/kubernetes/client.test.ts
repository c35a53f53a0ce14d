import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import type { KubernetesConnection } from '../../../src/tools/kubernetes/connection.ts';
import { Pod } from '../../../src/tools/kubernetes/objects/pod.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { type FakeKubernetesOptions, startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { redact, toolError } from '../run.ts';
import { cartPods, SHOP } from '../shop.ts';

let directory: string;
const open: HttpFake[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kubernetes-client-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
  await rm(directory, { recursive: true });
});

const signal = new AbortController().signal;

async function start(options: Partial<FakeKubernetesOptions> = {}) {
  const fake = await startFakeKubernetes({ objects: SHOP, ...options });
  open.push(fake);
  return fake;
}

function listPods(
  connection: KubernetesConnection,
  abort = signal,
  namespace: string | null = 'shop',
) {
  return createKubernetesClient(connection, redact).list('pods', { namespace }, Pod, abort);
}

describe('createKubernetesClient', () => {
  it('reads every page of a list', async () => {
    const fake = await start({ objects: cartPods(600) });
    const { items, truncated } = await listPods({ url: fake.url });
    expect(new Set(items.map(({ metadata }) => metadata.name)).size).toBe(600);
    expect(truncated).toBe(false);
    expect(fake.requests.map(({ params }) => params.get('limit'))).toEqual(['250', '250', '250']);
  });

  it('starts a list again whose pages expired on the way', async () => {
    const fake = await start({ objects: cartPods(600), expireContinueOnce: true });
    const { items } = await listPods({ url: fake.url });
    expect(new Set(items.map(({ metadata }) => metadata.name)).size).toBe(600);
    expect(fake.requests).toHaveLength(5);
  });

  it('gives a list up that expires again and again', async () => {
    const fake = await start();
    const expired = {
      kind: 'reply' as const,
      reply: { status: 410, body: { kind: 'Status', reason: 'Expired' } },
    };
    fake.failNext(expired, expired, expired);
    expect(await toolError(listPods({ url: fake.url }))).toContain('kept changing');
  });

  it('stops at the limit that was asked for', async () => {
    const fake = await start();
    const client = createKubernetesClient({ url: fake.url }, redact);
    const page = await client.list('pods', { namespace: 'shop', limit: 1 }, z.unknown(), signal);
    expect(page).toMatchObject({ items: [expect.anything()], truncated: true });
    expect(fake.requests).toHaveLength(1);
  });

  it('reads the token file for every request, because tokens rotate', async () => {
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, 'first\n');
    const fake = await start({ token: 'second' });
    const client = createKubernetesClient({ url: fake.url, tokenFile }, redact);
    expect(await toolError(client.version(signal))).toContain('refused the credentials (401)');
    await writeFile(tokenFile, 'second\n');
    expect(await client.version(signal)).toBe('v1.34.1');
  });

  it('reads a kubeconfig and the context that is asked for', async () => {
    const fake = await start({ token: 'secret-token' });
    const dead = await start();
    await dead.close();
    const kubeconfig = join(directory, 'config');
    await writeFile(
      kubeconfig,
      JSON.stringify({
        clusters: [
          { name: 'dead', cluster: { server: dead.url } },
          { name: 'shop', cluster: { server: fake.url } },
        ],
        users: [{ name: 'reader', user: { token: 'secret-token' } }],
        contexts: [
          { name: 'dead', context: { cluster: 'dead', user: 'reader' } },
          { name: 'shop', context: { cluster: 'shop', user: 'reader' } },
        ],
        'current-context': 'dead',
      }),
    );
    expect(
      await createKubernetesClient({ kubeconfig, context: 'shop' }, redact).version(signal),
    ).toBe('v1.34.1');
    expect(await toolError(createKubernetesClient({ kubeconfig }, redact).version(signal))).toBe(
      'The Kubernetes API cannot be reached (connection refused).',
    );
    expect(
      await toolError(
        createKubernetesClient({ kubeconfig, context: 'nope' }, redact).version(signal),
      ),
    ).toBe('The kubeconfig has no context "nope" with a cluster.');
  });

  it('says that the kubeconfig is missing, and finds it when it has come', async () => {
    const kubeconfig = join(directory, 'later');
    const client = createKubernetesClient({ kubeconfig }, redact);
    expect(await toolError(client.version(signal))).toBe('The kubeconfig cannot be read (ENOENT).');
    const fake = await start();
    await writeFile(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: fake.url } }],
        users: [{ name: 'u', user: {} }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );
    expect(await client.version(signal)).toBe('v1.34.1');
  });

  it('asks about no namespace that is not on its list, and not about all of them', async () => {
    const fake = await start();
    const connection = { url: fake.url, namespaces: ['shop', 'web'] };
    expect(await toolError(listPods(connection, signal, 'kube-system'))).toBe(
      'Namespace kube-system is outside what this environment may read: shop, web.',
    );
    expect(await toolError(listPods(connection, signal, null))).toContain(
      'All namespaces together are outside',
    );
    expect(fake.requests).toEqual([]);
    expect((await listPods(connection)).items).toHaveLength(7);
  });

  it('refuses a name that is a path, whoever asks', async () => {
    const fake = await start();
    const client = createKubernetesClient({ url: fake.url }, redact);
    for (const name of ['..', '../../secrets/x', 'a/../../secrets', '%2e%2e']) {
      expect(
        await toolError(client.get('pods', { namespace: 'shop', name }, Pod, signal)),
      ).toContain('is not a name');
    }
    expect(await toolError(listPods({ url: fake.url }, signal, '..'))).toContain('is not a name');
    expect(fake.requests).toEqual([]);
  });

  it('names verb and resource when RBAC refuses', async () => {
    const fake = await start({ forbidden: ['list pods'] });
    expect(await toolError(listPods({ url: fake.url }))).toBe(
      'RBAC does not allow this service account to list pods in namespace shop (403).',
    );
  });

  it.each([
    [429, { kind: 'Status', message: 'too many requests' }, 'too many requests (429)'],
    [
      500,
      { kind: 'Status', message: 'etcd at https://10.0.0.1:2379 is gone' },
      'HTTP 500): etcd at <address> is gone',
    ],
    [502, '<html>Bad gateway</html>', 'could not list pods in namespace shop (HTTP 502)'],
    [200, '<html>Log in</html>', 'not JSON'],
    [200, { items: [{ metadata: {} }] }, 'not understood (at "metadata.name")'],
  ])('puts an answer %d of %j into words', async (status, body, words) => {
    const fake = await start();
    fake.failNext({ kind: 'reply', reply: { status, body } });
    expect(await toolError(listPods({ url: fake.url }))).toContain(words);
  });

  it('follows no redirect: neither the request nor its answer is for another host', async () => {
    const [fake, other] = [await start(), await start()];
    const headers = { location: `${other.url}/api/v1/namespaces/shop/pods` };
    for (const status of [301, 302, 307, 308]) {
      fake.failNext({ kind: 'reply', reply: { status, body: '', headers } });
      expect(await toolError(listPods({ url: fake.url }))).toBe(
        `The Kubernetes API answered with a redirect (HTTP ${status}), which is not followed. ` +
          'Its configured URL should be the final one.',
      );
    }
    expect(other.requests).toEqual([]);
  });

  it('says that the API cannot be reached, without its address', async () => {
    const fake = await start();
    await fake.close();
    expect(await toolError(listPods({ url: fake.url }))).toBe(
      'The Kubernetes API cannot be reached (connection refused).',
    );
  });

  it('gives up after its timeout', async () => {
    const fake = await start();
    fake.failNext({ kind: 'hang' });
    expect(await toolError(listPods({ url: fake.url, timeoutMs: 50 }))).toBe(
      'The Kubernetes API did not answer within 0.05 s.',
    );
  });

  it('stops reading an answer that is too long', async () => {
    const fake = await start({ objects: cartPods(200) });
    expect(await toolError(listPods({ url: fake.url, maxBytes: 50_000 }))).toContain(
      'answered with more than',
    );
  });

  it('rejects with the reason of the signal when aborted', async () => {
    const fake = await start();
    fake.failNext({ kind: 'hang' });
    const controller = new AbortController();
    const arrived = fake.nextRequest();
    const asked = listPods({ url: fake.url }, controller.signal);
    await arrived;
    const reason = new Error('stop');
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});
