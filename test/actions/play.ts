import { APPLICABLE } from '../../src/actions/writer.ts';
import { RESOURCES } from '../../src/tools/kubernetes/resources.ts';
import type { FakeRequest } from '../fakes/http-fake.ts';
import { pod } from '../tools/shop.ts';
import { deployment, engineer } from './actions.ts';

/** What a dry run takes, by API group and resource. */
export const APPLIED = APPLICABLE.map((resource) => {
  const [, group = ''] = /^\/apis\/([^/]+)/.exec(RESOURCES[resource].base) ?? [];
  return { resource, group };
});

/** Everything that the actions server can ask of an API server, asked once. */
export async function playActions(): Promise<FakeRequest[]> {
  const owner = { kind: 'ReplicaSet', name: 'checkout-7' };
  const who = await engineer([
    deployment(),
    { ...deployment('search'), kind: 'StatefulSet' },
    { ...deployment('agent'), kind: 'DaemonSet' },
    pod({ name: 'checkout-1', owner }),
  ]);
  const both = async (name: string, args: Record<string, unknown>) => {
    const { structuredContent } = await who.call(name, args);
    await who.call(name, { ...args, confirmation: structuredContent?.confirmation });
  };
  try {
    await both('kubectl_rollout_restart', { namespace: 'shop', name: 'checkout' });
    await both('kubectl_rollout_restart', {
      namespace: 'shop',
      kind: 'statefulset',
      name: 'search',
    });
    await both('kubectl_rollout_restart', { namespace: 'shop', kind: 'daemonset', name: 'agent' });
    await both('restart_pod', { namespace: 'shop', name: 'checkout-1' });
    for (const resource of APPLICABLE) {
      const { kind, base } = RESOURCES[resource];
      const apiVersion = base.replace(/^\/apis?\//, '');
      const metadata = { name: 'new', namespace: 'shop' };
      await who.call('kubectl_apply_dry_run', {
        manifest: JSON.stringify({ apiVersion, kind, metadata }),
      });
    }
    return [...who.fake.requests];
  } finally {
    await who.close();
  }
}
