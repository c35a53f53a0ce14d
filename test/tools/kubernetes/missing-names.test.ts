import { describe, expect, it } from 'vitest';
import type { FakeKubernetesOptions } from '../../fakes/kubernetes.ts';
import { toolError } from '../run.ts';
import { cartPods, namespace, OOM_POD, pod, SHOP } from '../shop.ts';
import { openCluster } from './cluster.ts';
import { deployment, replicaSet } from './fixtures/workloads.ts';

const open = (options: Partial<FakeKubernetesOptions> = {}, namespaces?: string[]) =>
  openCluster({ objects: SHOP, ...options }, namespaces ? { namespaces } : {});

describe('a namespace that does not exist', () => {
  const CALLS: [tool: string, args: Record<string, unknown>][] = [
    ['kubectl_get', { kind: 'pods' }],
    ['kubectl_get', { kind: 'pods', label_selector: 'app=cart' }],
    ['kubectl_get', { kind: 'pods', name: 'cart' }],
    ['kubectl_get_pods', {}],
    ['kubectl_get_pods', { label_selector: 'app=cart' }],
    ['kubectl_describe_pod', { name: 'cart' }],
    ['kubectl_logs', { pod: 'cart' }],
    ['kubectl_events', {}],
    ['kubectl_quota', {}],
    ['kubectl_top', { kind: 'pods' }],
    ['kubectl_auth_can_i', {}],
    ['recent_changes', {}],
  ];

  it.each(CALLS)(
    'is told by %s %j as an error, with the one that was meant',
    async (tool, args) => {
      const { call } = await open();
      expect(await toolError(call(tool, { ...args, namespace: 'shpo' }))).toBe(
        'There is no namespace shpo. Did you mean shop?',
      );
    },
  );

  it.each(CALLS)(
    'may be why %s %j finds nothing, where RBAC hides namespaces',
    async (tool, args) => {
      const { call } = await open({ forbidden: ['get namespaces', 'list namespaces'] });
      const told = call(tool, { ...args, namespace: 'shpo' }).then(({ text }) => text);
      expect(await told.catch(() => toolError(told))).toContain(
        'Namespace shpo may not exist: RBAC does not allow this service account to get namespaces',
      );
    },
  );

  it.each(CALLS)('costs %s %j no request where there is something', async (tool, args) => {
    const objects = [
      ...SHOP,
      pod({ name: 'cart' }),
      deployment({ name: 'cart' }),
      replicaSet({ name: 'cart-78c5f', of: 'cart', revision: 1, template: {} }),
    ];
    const { call, paths } = await open({ objects });
    await call(tool, { ...args, namespace: 'shop' });
    expect(paths().filter((path) => path.startsWith('/api/v1/namespaces/shop/'))).not.toEqual([]);
    expect(paths()).not.toContain('/api/v1/namespaces/shop');
  });

  it('is compared with nothing but the allowed ones where namespaces are limited', async () => {
    const objects = [namespace('shop'), namespace('shop-b')];
    const { call } = await open({ objects }, ['shop', 'shop-a']);
    expect(await toolError(call('kubectl_events', { namespace: 'shop-a' }))).toBe(
      'There is no namespace shop-a. Did you mean shop?',
    );
  });
});

describe('an object that does not exist', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['kubectl_describe_pod', { name: 'checkout' }, OOM_POD.metadata.name],
    ['kubectl_describe_pod', { name: 'checkout-6b9f7c9d4-x2x4' }, OOM_POD.metadata.name],
    ['kubectl_describe', { kind: 'deploy', name: 'chekout' }, 'checkout'],
    ['kubectl_describe', { kind: 'pod', name: 'search' }, 'search-0'],
    ['kubectl_get', { kind: 'deploy', name: 'chekout' }, 'checkout'],
    ['kubectl_logs', { pod: 'checkout' }, OOM_POD.metadata.name],
    ['kubectl_rollout_history', { name: 'chekout' }, 'checkout'],
    ['kubectl_tree', { kind: 'deploy', name: 'chekout' }, 'checkout'],
  ])('is told by %s %j with the names that are near', async (tool, args, near) => {
    const { call } = await open({ objects: [...SHOP, deployment({ name: 'checkout' })] });
    expect(await toolError(call(tool, { ...args, namespace: 'shop' }))).toMatch(
      new RegExp(`^There is no \\w+ [\\w-]+ in namespace shop\\. Did you mean ${near}\\?$`),
    );
  });

  it('is looked for in every namespace when none was named', async () => {
    const { call } = await open({ objects: [...SHOP, deployment({ name: 'checkout' })] });
    const { text } = await call('kubectl_get', { kind: 'deploy', name: 'chekout' });
    expect(text).toBe(
      'No Deployment in all namespaces has the name chekout. Did you mean checkout?',
    );
  });

  it('costs one list more, of which five names are told at most', async () => {
    const { call, paths } = await open({ objects: [namespace('shop'), ...cartPods(8)] });
    const asked = call('kubectl_describe_pod', { namespace: 'shop', name: 'cart' });
    expect(await toolError(asked)).toMatch(
      /Did you mean cart-78c5f-00000, .*, or cart-78c5f-00004\?$/,
    );
    expect(paths()).toEqual(['/api/v1/namespaces/shop/pods/cart', '/api/v1/namespaces/shop/pods']);
  });

  it('is told without names where they may not be listed', async () => {
    const { call } = await open({ forbidden: ['list pods'] });
    const asked = call('kubectl_describe_pod', { namespace: 'shop', name: 'checkout' });
    expect(await toolError(asked)).toBe('There is no pod checkout in namespace shop.');
  });
});
