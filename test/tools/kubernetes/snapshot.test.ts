import { afterEach, describe, expect, it } from 'vitest';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import { snapshot } from '../../../src/tools/kubernetes/snapshot/kubectl-snapshot.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { changesObjects } from '../examples/changes.ts';
import { redact, run } from '../run.ts';

const open: HttpFake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

describe('kubectl_snapshot', () => {
  it('prints', async () => {
    const fake = await startFakeKubernetes({ objects: changesObjects });
    open.push(fake);
    const tools = [snapshot(createKubernetesClient({ url: fake.url }, redact))];
    const out = await run(tools, 'kubectl_snapshot', { namespace: 'shop' });
    console.log(
      out.text,
      JSON.stringify(out.structured).length,
      JSON.stringify(out.structured).slice(0, 3000),
    );
    expect(1).toBe(1);
  });
});
