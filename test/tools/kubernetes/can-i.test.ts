import { afterEach, describe, expect, it } from 'vitest';
import { authCanI } from '../../../src/tools/kubernetes/can-i/auth-can-i.ts';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import { resourceNames } from '../../../src/tools/kubernetes/resources.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { type FakeKubernetesOptions, startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { redact, run, toolError } from '../run.ts';
import { pod, SHOP } from '../shop.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function cluster(options: Partial<FakeKubernetesOptions> = {}, namespaces?: string[]) {
  const fake = await startFakeKubernetes({ objects: SHOP, ...options });
  open.push(fake);
  const connection = { url: fake.url, ...(namespaces ? { namespaces } : {}) };
  const tools = [authCanI(createKubernetesClient(connection, redact))];
  const ask = (args: Record<string, unknown> = {}) => run(tools, 'kubectl_auth_can_i', args);
  return { fake, ask };
}

describe('kubectl_auth_can_i', () => {
  it('says what may be read, first what may not', async () => {
    const { ask } = await cluster({
      forbidden: ['list nodes', 'list configmaps'],
      absentGroups: ['metrics.k8s.io'],
    });
    expect((await ask({ namespace: 'shop' })).text).toMatchInlineSnapshot(`
      "VERDICT    VERB  WHERE    RESOURCES
      forbidden  list  shop     configmaps
      forbidden  list  cluster  nodes
      absent     list  shop     podmetrics
      absent     list  cluster  nodemetrics
      allowed    list  shop     pods, events, services, persistentvolumeclaims, resourcequotas, limitranges, serviceaccounts, deployments, replicasets, statefulsets, daemonsets, controllerrevisions, jobs, cronjobs, horizontalpodautoscalers, poddisruptionbudgets, ingresses, networkpolicies, endpointslices
      allowed    list  cluster  namespaces, persistentvolumes, storageclasses
      allowed    get   shop     pods/log
      Each kind was tried with one list, which does not prove that get is allowed too, and logs with one get. Secrets are never read, and nothing can be written: these tools know no verb but get and list."
    `);
  });

  it('tries every resource of the table once, with one object each, and logs', async () => {
    const { fake, ask } = await cluster();
    const { structured } = await ask();
    expect(structured.permissions).toHaveLength(resourceNames().length + 1);
    const lists = fake.requests.filter(({ path }) => !path.endsWith('/log'));
    expect(lists.every(({ params }) => params.get('limit') === '1')).toBe(true);
    expect(fake.requests.some(({ path }) => path.includes('secrets'))).toBe(false);
  });

  it('tells each namespace of an allow-list, at most ten of them', async () => {
    const namespaces = ['shop', ...Array.from({ length: 11 }, (_, index) => `team-${index}`)];
    const { fake, ask } = await cluster({ forbidden: ['list jobs'] }, namespaces);
    const { text } = await ask();
    expect(text).toMatch(/forbidden +list +team-8 +jobs/);
    expect(text).toContain('Note: Not looked at, ask for one: team-9, team-10.');
    expect(fake.requests.some(({ path }) => path === '/api/v1/pods')).toBe(false);
    expect(await toolError(ask({ namespace: 'kube-system' }))).toContain('outside');
  });

  it.each([
    [{ forbidden: ['get pods/log'] }, 'forbidden'],
    [{ objects: SHOP.filter(({ kind }) => kind === 'Namespace') }, 'unknown'],
    [{ forbidden: ['list pods'] }, 'unknown'],
    [
      { objects: [pod({ name: 'p', spec: { containers: [{ name: 'a' }, { name: 'b' }] } })] },
      'allowed',
    ],
  ])('says of logs, with %j, that they are %s', async (options, verdict) => {
    const { ask } = await cluster(options);
    const { structured } = await ask({ namespace: 'shop' });
    expect(structured.permissions).toContainEqual(
      expect.objectContaining({ resource: 'pods/log', verb: 'get', verdict }),
    );
  });

  it('passes on what is neither allowed nor forbidden', async () => {
    const { fake, ask } = await cluster();
    fake.failNext({ kind: 'reply', reply: { status: 503, body: { message: 'etcd is down' } } });
    expect((await ask()).text).toMatch(/unknown +list .*pods: .*HTTP 503/);
  });

  it('fails when the credentials are refused, or nothing answers', async () => {
    const { ask } = await cluster({ token: 'other' });
    expect(await toolError(ask())).toContain('refused the credentials (401)');
    const { fake, ask: askDead } = await cluster();
    await fake.close();
    expect(await toolError(askDead())).toContain('cannot be reached');
  });
});
