import { describe, expect, it } from 'vitest';
import type { FakeKubernetesOptions } from '../../fakes/kubernetes.ts';
import { toolError } from '../run.ts';
import { event, namespace, SHOP } from '../shop.ts';
import { openCluster } from './cluster.ts';

async function events(
  objects: FakeKubernetesOptions['objects'],
  args: Record<string, unknown> = { namespace: 'shop' },
) {
  const { call } = await openCluster({ objects });
  return await call('kubectl_events', args);
}

function between(first: string, last: string, count = 1) {
  return { firstTimestamp: `2026-11-21T${first}Z`, lastTimestamp: `2026-11-21T${last}Z`, count };
}

describe('kubectl_events', () => {
  it('shows warnings first, the newest first, and the rest after them', async () => {
    const { text } = await events(SHOP);
    expect(text).toMatchInlineSnapshot(`
      "Namespace shop: events from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z, equal ones of one owner together. Times are UTC of 2026-11-21.
      Warnings: 13
      LAST SEEN  FIRST SEEN  COUNT  REASON   OBJECT                        MESSAGE
      03:11:45   02:45:00    12     BackOff  pod/checkout-6b9f7c9d4-x2x4p  Back-off restarting failed container app in pod checkout
      03:00:00               1      Killing  pod/checkout-6b9f7c9d4-x2x4p  Stopping container app
      Normal: 1
      LAST SEEN  FIRST SEEN  COUNT  REASON     OBJECT                        MESSAGE
      02:40:01               1      Scheduled  pod/checkout-6b9f7c9d4-x2x4p  Successfully assigned shop/checkout to node-a"
    `);
  });

  it('folds what happened to the pods of one owner in the same way', async () => {
    const objects = ['x2x4p', 'k8s2p', 'm4w7z'].map((suffix, index) => {
      const name = `checkout-6b9f7c9d4-${suffix}`;
      const message = `Back-off 1m${index}0s restarting failed container app in pod ${name}_shop(uid-${name}) at 10.1.2.${index}:8080`;
      return event(name, 'BackOff', message, between('03:00:00', `03:0${index + 1}:00`, 4));
    });
    const { text, structured } = await events([
      ...objects,
      event(
        'checkout-6b9f7c9d4-x2x4p',
        'BackOff',
        'Back-off pulling image',
        between('03:00:00', '03:00:00'),
      ),
      event('search-1', 'BackOff', 'Back-off pulling image', between('03:00:00', '03:00:00')),
    ]);
    expect(structured.events).toMatchObject([
      {
        family: 'checkout-*',
        objects: 3,
        count: 12,
        lastAt: '2026-11-21T03:03:00Z',
        name: 'checkout-6b9f7c9d4-m4w7z',
      },
      { family: 'checkout-6b9f7c9d4-x2x4p', objects: 1, count: 1 },
      { family: 'search-1', objects: 1, count: 1 },
    ]);
    expect(text).toMatch(
      /^03:03:00 +03:00:00 +12 +BackOff +pod\/checkout-\* \(3\) +Back-off 1m20s/m,
    );
  });

  it.each([
    ['Pod', ['web-5c7d8b-bcdfg', 'web-9x8w7v-bcdfh'], 'web-*'],
    ['Pod', ['agent-bcdfg', 'agent-bcdfh'], 'agent-*'],
    ['Pod', ['db-0', 'db-1'], 'db-*'],
    ['Job', ['nightly-29393880', 'nightly-29393881'], 'nightly-*'],
    ['ReplicaSet', ['web-5c7d8b', 'web-9x8w7v'], 'web-*'],
  ])('knows that a %s of %j is of %s', async (kind, names, family) => {
    const objects = names.map((name) =>
      event(name, 'Failed', 'the same', {
        involvedObject: { kind, namespace: 'shop', name, uid: '' },
      }),
    );
    expect((await events(objects)).structured.events).toMatchObject([{ family, objects: 2 }]);
  });

  it('keeps apart what people named', async () => {
    const objects = ['checkout', 'checkout-redis', 'checkout-v2'].map((name) =>
      event(name, 'Failed', 'the same'),
    );
    expect((await events(objects)).structured.events).toHaveLength(3);
  });

  it('leaves out what ended before the window and what began after it, and says what is older', async () => {
    const objects = [
      event('old', 'Old', 'before', between('01:00:00', '02:11:59')),
      event('long', 'Long', 'through all of it', between('01:00:00', '03:30:00')),
      event('new', 'New', 'after', between('03:12:01', '03:13:00')),
    ];
    const { text, structured } = await events(objects);
    expect(structured).toMatchObject({
      events: [{ reason: 'Long' }],
      older: { count: 1, lastAt: '2026-11-21T02:11:59Z' },
    });
    expect(text).toContain(
      'Left out: 1 older, the last at 2026-11-21T02:11:59Z: use since to see them.',
    );
    const earlier = await events(objects, { namespace: 'shop', since: '3h' });
    expect(earlier.structured.events).toHaveLength(2);
  });

  it('says whole instants where they are of several days', async () => {
    const since = '2026-11-19T00:00:00Z/2026-11-21T03:12:00Z';
    const objects = [
      event('a', 'One', 'x', {
        firstTimestamp: '2026-11-20T23:59:00Z',
        lastTimestamp: '2026-11-20T23:59:00Z',
      }),
      event('b', 'Two', 'x', between('00:01:00', '00:01:00')),
    ];
    const { text } = await events(objects, { namespace: 'shop', since });
    expect(text).toMatch(/^2026-11-20T23:59:00Z +1 +One/m);
    expect(text).not.toContain('Times are UTC of');
  });

  it('asks the API for the kind, name and type', async () => {
    const { call, fake } = await openCluster({ objects: SHOP });
    const { text } = await call('kubectl_events', {
      namespace: 'shop',
      kind: 'po',
      name: 'checkout-6b9f7c9d4-x2x4p',
      type: 'Normal',
    });
    expect(fake.requests[0]?.params.get('fieldSelector')).toBe(
      'involvedObject.kind=Pod,involvedObject.name=checkout-6b9f7c9d4-x2x4p,type=Normal',
    );
    expect(text).toMatch(
      /^Namespace shop, pod\/checkout-6b9f7c9d4-x2x4p, normal only: events from/,
    );
    expect(text).not.toContain('Warnings');
  });

  it('takes kinds that are not read here by their exact name, and refuses what is none', async () => {
    const { call, fake } = await openCluster({ objects: SHOP });
    await call('kubectl_events', { namespace: 'shop', kind: 'Rollout' });
    expect(fake.requests[0]?.params.get('fieldSelector')).toBe('involvedObject.kind=Rollout');
    expect(await toolError(call('kubectl_events', { kind: 'rollout,type=x' }))).toContain(
      'There is no kind "rollout,type=x"',
    );
  });

  it('looks for events of nodes where the API keeps them', async () => {
    const { call, paths } = await openCluster({ objects: [] });
    await call('kubectl_events', { kind: 'node', name: 'node-a' });
    expect(paths()).toEqual(['/api/v1/namespaces/default/events']);
  });

  it('names the namespaces where there are several', async () => {
    const other = {
      metadata: { name: 'p.Failed', namespace: 'web', creationTimestamp: '2026-11-21T03:00:00Z' },
    };
    const { text } = await events(
      [
        event('p', 'Failed', 'x', between('03:00:00', '03:00:00')),
        event('p', 'Failed', 'x', other),
      ],
      {},
    );
    expect(text).toMatch(/^NAMESPACE +LAST SEEN/m);
    expect(text).toMatch(/^web +/m);
  });

  it('says that there are none, and why that may be', async () => {
    expect((await events([namespace('shop')])).text).toBe(
      'Namespace shop: no events from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z. ' +
        'A cluster forgets its events after about an hour.',
    );
  });

  it('stays small for thousands of kinds of events and says how to see others', async () => {
    const objects = Array.from({ length: 2_500 }, (_, index) =>
      event(`p${index}q`, `R${index}`, 'm', between('03:00:00', '03:00:00')),
    );
    const { text, structured } = await events(objects);
    expect(text.split('\n').length).toBeLessThan(70);
    expect(text).toContain('1940 more rows left out: use namespace, kind, name or since');
    expect(structured.gaps).toEqual([
      'Only the first 2000 events were read: name a namespace or an object.',
    ]);
  });

  it('says what RBAC refuses, and reads what it allows of a list of namespaces', async () => {
    const { call } = await openCluster({ objects: SHOP, forbidden: ['list events'] });
    expect(await toolError(call('kubectl_events', {}))).toContain('Name one namespace');
    const listed = await openCluster({ objects: SHOP }, { namespaces: ['shop', 'quiet'] });
    const { text } = await listed.call('kubectl_events', {});
    expect(text).toMatch(/^Namespaces shop, quiet: events/);
    expect(listed.paths()).toEqual([
      '/api/v1/namespaces/shop/events',
      '/api/v1/namespaces/quiet/events',
    ]);
  });
});
