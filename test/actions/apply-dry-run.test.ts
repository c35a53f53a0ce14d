import { afterEach, describe, expect, it } from 'vitest';
import { deployment, type Engineer, engineer } from './actions.ts';

let open: Engineer[] = [];
afterEach(async () => {
  await Promise.all(open.map((it) => it.close()));
  open = [];
});

const CHECKOUT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout, namespace: shop}
spec:
  template:
    spec:
      containers:
        - name: app
          image: shop/checkout:2
          env: [{name: DB_PASSWORD, value: correcthorse99}]
`;

async function tried(manifest: string) {
  const objects = [deployment()];
  const before = structuredClone(objects);
  const who = await engineer(objects);
  open.push(who);
  const answer = await who.call('kubectl_apply_dry_run', { manifest });
  // Whatever was asked: nothing was kept.
  expect(objects).toEqual(before);
  return { who, ...answer };
}

describe('kubectl_apply_dry_run', () => {
  it('shows the fields that would change, without the values of secrets', async () => {
    const { who, content } = await tried(CHECKOUT);
    expect(content).toBe(
      [
        'Deployment shop/checkout: changed',
        '  spec.template.spec.containers[app].env[DB_PASSWORD].value: [REDACTED:env] → [REDACTED:env]',
        '  spec.template.spec.containers[app].image: "shop/checkout:1" → "shop/checkout:2"',
      ].join('\n'),
    );
    const [write] = who.fake.requests.filter(({ method }) => method !== 'GET');
    expect(write?.params.get('dryRun')).toBe('All');
    expect(who.log.join()).not.toContain('correcthorse99');
  });

  it('tells created, unchanged and refused objects apart', async () => {
    const config =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata: {a: b}';
    const same =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: checkout, namespace: shop}\nspec: {replicas: 3}';
    const wrong = same.replace('replicas: 3', 'replicas: many');
    const { content } = await tried([config, same, wrong].join('\n---\n'));
    expect(content.split('\n')).toEqual([
      'ConfigMap shop/c: created',
      'Deployment shop/checkout: unchanged',
      expect.stringMatching(/^Deployment shop\/checkout: refused: .*must be an integer/),
    ]);
  });

  it.each([
    ['text that is not YAML', 'a: [', /not valid YAML/],
    ['nothing', '---\n', /is empty/],
    ['no namespace', 'apiVersion: v1\nkind: Service\nmetadata: {name: x}', /metadata\.namespace/],
    [
      'a Secret',
      'apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: shop}',
      /Secret \(v1\) cannot be tried\. Possible: ConfigMap \(v1\)/,
    ],
    [
      'another version of a kind',
      'apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: x, namespace: shop}',
      /Deployment \(apps\/v1beta1\) cannot be tried/,
    ],
    [
      'a name that is a path',
      'apiVersion: v1\nkind: Service\nmetadata: {name: ../../nodes, namespace: shop}',
      /metadata\.name/,
    ],
    ['aliases', `a: &a [1]\nb: *a\n`, /aliases/],
    ['too many objects', Array(21).fill(CHECKOUT).join('---\n'), /has 21 objects; at most 20/],
  ])('refuses %s and says why', async (_what, manifest, words) => {
    const { who, isError, content } = await tried(manifest);
    expect(isError).toBe(true);
    expect(content).toMatch(words);
    expect(who.writes()).toEqual([]);
  });

  it('is announced as the only action that changes nothing', async () => {
    const { who } = await tried(CHECKOUT);
    const { tools } = await who.client.listTools();
    expect(tools.map(({ name, annotations }) => [name, annotations?.destructiveHint])).toEqual([
      ['kubectl_apply_dry_run', false],
      ['kubectl_rollout_restart', true],
      ['restart_pod', true],
    ]);
  });
});
