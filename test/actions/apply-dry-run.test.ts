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

async function tried(manifest: string, objects = [deployment()]) {
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

  it('shows no secret of an argument, of an oddly named variable or of a long value', async () => {
    const { content } = await tried(
      CHECKOUT.replace('DB_PASSWORD', '"ODD]X_PASSWORD"').replace(
        '          env:',
        `          command: [migrate, ${'x'.repeat(600)}-mango-tail]
          args: [--db-password, mango-9911, --verbose]
          env:`,
      ),
    );
    expect(content).toContain('.args: - → --db-password [REDACTED:password:');
    expect(content).toContain('.env[ODD]X_PASSWORD].value: - → [REDACTED:env]');
    expect(content).toContain('.command: - → <619 characters>');
    expect(content).not.toMatch(/mango|correcthorse/);
  });

  it('shows of a ConfigMap which keys would change, and no value, nor the copy that kubectl keeps', async () => {
    const map = (fruit: string, last: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'c',
        namespace: 'shop',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': last },
      },
      data: { 'app.conf': fruit },
    });
    const before = map(
      'the fruit is mango-9911',
      '{"data":{"app.conf":"the fruit is mango-9911"}}',
    );
    const { content } = await tried(JSON.stringify(map('the fruit is kiwi', '{}')), [before]);
    expect(content.split('\n')).toEqual([
      'ConfigMap shop/c: changed',
      '  data.app.conf: <23 characters> → <17 characters>',
      '  metadata.annotations.kubectl.kubernetes.io/last-applied-configuration: <47 characters> → <2 characters>',
    ]);
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
    ['aliases', `a: &a [1]\nb: *a\n`, /aliases .* around line 1/],
    ['tags', `kind: Service\ndata: !!binary aGk=\n`, /tags .* around line 2/],
    ['lists in lists without end', '['.repeat(60_000), /nested too deeply/],
    ['lists in lists without end, as a block', '- '.repeat(30_000), /nested too deeply/],
    ['a stair', Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), /nested/],
    ['more fields than a person reads', `{${'a,'.repeat(20_000)}}`, /too many fields/],
    [
      'more text than a person reads',
      `a: ${'x'.repeat(70_000)}`,
      /manifest must be at most 65536 characters/,
    ],
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
