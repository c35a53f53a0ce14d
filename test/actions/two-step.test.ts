import { afterEach, describe, expect, it } from 'vitest';
import { pod } from '../tools/shop.ts';
import { deployment, type Engineer, engineer } from './actions.ts';

let open: Engineer[] = [];
afterEach(async () => {
  await Promise.all(open.map((it) => it.close()));
  open = [];
});

async function at(...args: Parameters<typeof engineer>): Promise<Engineer> {
  const one = await engineer(...args);
  open.push(one);
  return one;
}

const RESTART = { namespace: 'shop', kind: 'deployment', name: 'checkout' };
const OWNED = pod({ name: 'checkout-1', owner: { kind: 'ReplicaSet', name: 'checkout-7' } });

async function confirmationOf(who: Engineer, name = 'kubectl_rollout_restart', args = RESTART) {
  const { structuredContent } = await who.call(name, args);
  return String(structuredContent?.confirmation);
}

describe('an action', () => {
  it('changes nothing at the first call and says what would happen', async () => {
    const who = await at([deployment()]);
    const { content, structuredContent, isError } = await who.call(
      'kubectl_rollout_restart',
      RESTART,
    );
    expect(isError).toBe(false);
    const confirmation = String(structuredContent?.confirmation);
    expect(content).toBe(
      [
        'Nothing was changed. kubectl_rollout_restart deployment shop/checkout would do this:',
        '  3 pods are replaced; 2 of them are ready now',
        '  RollingUpdate: at most 25% unavailable, at most 25% more at a time',
        'Show this to a person. If they agree, call again within 2 minutes with the same arguments and',
        `confirmation: ${confirmation}`,
      ].join('\n'),
    );
    expect(confirmation).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/);
    expect(who.writes()).toEqual([]);
    expect(who.log.join()).not.toContain(confirmation);
  });

  it('is done at the second call, once, as kubectl does it', async () => {
    const who = await at([deployment()]);
    const confirmation = await confirmationOf(who);
    const done = await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    expect(done.content).toContain('Done: kubectl_rollout_restart deployment shop/checkout.');
    expect(who.writes()).toEqual(['PATCH /apis/apps/v1/namespaces/shop/deployments/checkout']);
    const patch = who.fake.requests.find(({ method }) => method === 'PATCH');
    expect(JSON.parse(patch?.body ?? '')).toEqual({
      metadata: { uid: 'uid-checkout' },
      spec: {
        template: {
          metadata: {
            annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T03:12:00.000Z' },
          },
        },
      },
    });
    const again = await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    expect(again.isError).toBe(true);
    expect(again.content).toContain('was used already');
    expect(who.writes()).toHaveLength(1);
  });

  it.each([
    ['another workload', { ...RESTART, name: 'cart' }],
    ['another tool', { namespace: 'shop', name: 'checkout-1' }],
  ])('is not done for %s than the confirmation was made for', async (_what, args) => {
    const who = await at([deployment(), deployment('cart'), structuredClone(OWNED)]);
    const confirmation = await confirmationOf(who);
    const name = 'kind' in args ? 'kubectl_rollout_restart' : 'restart_pod';
    const refused = await who.call(name, { ...args, confirmation });
    expect(refused.isError).toBe(true);
    expect(refused.content).toContain(
      'Nothing was changed: the confirmation was for other arguments',
    );
    const spent = await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    expect(spent.content).toContain('not known, or was used already');
    expect(who.writes()).toEqual([]);
  });

  it('is not done once the confirmation has expired', async () => {
    const who = await at([deployment()]);
    const confirmation = await confirmationOf(who);
    who.passMinutes(2.1);
    const late = await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    expect(late.content).toContain('has expired');
    expect(who.writes()).toEqual([]);
  });

  it('is not done to another object that took the name meanwhile', async () => {
    const objects = [deployment()];
    const who = await at(objects);
    const confirmation = await confirmationOf(who);
    const successor = deployment();
    successor.metadata.uid = 'uid-of-another';
    objects.splice(0, 1, successor);
    const refused = await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    expect(refused.content).toContain('the object was replaced since');
    expect(who.writes()).toEqual([]);
  });

  it('asks the person where the client can, with what would happen', async () => {
    const who = await at([deployment()], 'yes');
    const confirmation = await confirmationOf(who);
    expect(who.questions).toEqual([]);
    const done = await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    expect(done.content).toContain('A person agreed.');
    expect(who.questions).toEqual([
      [
        'kubectl_rollout_restart deployment shop/checkout?',
        '3 pods are replaced; 2 of them are ready now',
        'RollingUpdate: at most 25% unavailable, at most 25% more at a time',
      ].join('\n'),
    ]);
  });

  it.each(['no', 'cancel'] as const)('is not done when the person says %s', async (says) => {
    const who = await at([deployment()], says);
    const confirmation = await confirmationOf(who);
    const refused = await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    expect(refused).toMatchObject({
      isError: true,
      content: 'Nothing was changed: the person did not agree.',
    });
    expect(who.writes()).toEqual([]);
  });

  it.each([
    ['nothing but that it was accepted', { action: 'accept' }],
    ['an empty form', { action: 'accept', content: {} }],
    ['another form', { action: 'accept', content: { agree: 'yes' } }],
    ['no answer at all', { action: 'shrug' }],
  ])('is not done, and says so, when the client gives %s', async (_what, answer) => {
    const who = await at([deployment()], answer);
    const confirmation = await confirmationOf(who);
    const refused = await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    expect(refused).toMatchObject({
      isError: true,
      content: expect.stringMatching(/^Nothing was changed: .* does not say whether they agree\.$/),
    });
    expect(who.writes()).toEqual([]);
  });

  it('is refused outside the namespaces that actions are allowed in', async () => {
    const who = await at([deployment()]);
    const refused = await who.call('kubectl_rollout_restart', { ...RESTART, namespace: 'bank' });
    expect(refused.content).toBe('Namespace bank is outside what actions are allowed in: shop.');
    expect(who.fake.requests).toEqual([]);
  });
});

describe('the audit of actions', () => {
  it('has each step of an action, and what was tried and turned down', async () => {
    const who = await at([deployment()]);
    const confirmation = await confirmationOf(who);
    await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    await who.call('kubectl_rollout_restart', { ...RESTART, confirmation });
    await who.call('kubectl_rollout_restart', { ...RESTART, namespace: 'bank' });
    await who.call('kubectl_rollout_restart', { ...RESTART, name: 'nothing' });
    await who.call('kubectl_rollout_restart', { ns: 'password=hunter2hunter2' });
    await who.call('kubectl_delete', { note: 'x'.repeat(5_000) });
    await who.call('kubectl_apply_dry_run', { manifest: 'password: hunter2hunter2' });
    expect(who.entries.map(({ tool, outcome }) => [tool, outcome])).toEqual([
      ['kubectl_rollout_restart', 'proposed'],
      ['kubectl_rollout_restart', 'confirmed'],
      ['kubectl_rollout_restart', 'refused'],
      ['kubectl_rollout_restart', 'refused'],
      ['kubectl_rollout_restart', 'error'],
      ['kubectl_rollout_restart', 'refused'],
      ['kubectl_delete', 'refused'],
      ['kubectl_apply_dry_run', 'refused'],
    ]);
    expect(who.entries[1]).toEqual({
      at: '2026-11-21T03:12:00.000Z',
      environment: 'eu',
      client: 'test/1',
      caller: 'stdio',
      address: null,
      tool: 'kubectl_rollout_restart',
      arguments: { ...RESTART, confirmation: '(given)' },
      ms: 0,
      bytes: expect.any(Number),
      outcome: 'confirmed',
      shared: false,
    });
    expect(who.entries[6]?.arguments).toEqual({ note: '(5,002 characters)' });
    expect(JSON.stringify(who.entries)).not.toMatch(new RegExp(`hunter2|${confirmation}`));
  });

  it('answers wrong arguments and unknown tools with what there is', async () => {
    const who = await at([]);
    expect(await who.call('restart_pod', { ns: 'shop' })).toMatchObject({
      isError: true,
      content:
        'Invalid arguments for tool restart_pod: namespace is missing; name is missing; ns is no argument (did ' +
        'you mean namespace?). It takes: namespace (required), name (required), confirmation.',
    });
    expect((await who.call('kubectl_delete', {})).content).toBe(
      'There is no tool kubectl_delete. The tools are: kubectl_apply_dry_run, kubectl_rollout_restart, restart_pod.',
    );
  });
});

describe('kubectl_rollout_restart', () => {
  it('warns of a strategy that stops everything first', async () => {
    const who = await at([deployment('checkout', { strategy: { type: 'Recreate' } })]);
    const { content } = await who.call('kubectl_rollout_restart', RESTART);
    expect(content).toContain('Recreate: all pods stop before the first new one starts');
  });

  it('refuses a paused workload, for which a restart has no effect', async () => {
    const who = await at([deployment('checkout', { paused: true })]);
    const refused = await who.call('kubectl_rollout_restart', RESTART);
    expect(refused.content).toContain('is paused');
  });

  it('says when there is no such workload', async () => {
    const who = await at([]);
    const refused = await who.call('kubectl_rollout_restart', RESTART);
    expect(refused.content).toBe('There is no deployment checkout in shop.');
  });
});

describe('restart_pod', () => {
  it('deletes the very pod that was proposed', async () => {
    const who = await at([structuredClone(OWNED)]);
    const args = { namespace: 'shop', name: 'checkout-1' };
    const first = await who.call('restart_pod', args);
    expect(first.content).toContain('ReplicaSet checkout-7 makes a new one');
    const confirmation = String(first.structuredContent?.confirmation);
    await who.call('restart_pod', { ...args, confirmation });
    expect(who.writes()).toEqual(['DELETE /api/v1/namespaces/shop/pods/checkout-1']);
    const request = who.fake.requests.find(({ method }) => method === 'DELETE');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      preconditions: { uid: 'uid-checkout-1' },
    });
  });

  it('refuses a pod that nothing would make anew', async () => {
    const who = await at([pod({ name: 'lonely' })]);
    const refused = await who.call('restart_pod', { namespace: 'shop', name: 'lonely' });
    expect(refused.content).toContain('has no controller');
    expect(refused.structuredContent).toBeUndefined();
  });
});
