import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import type { Environ } from '../../src/config/settings.ts';
import { directory, load, reveal } from './loading.ts';

describe('the file', () => {
  const whole = `
environments:
  - name: eu
    match: {cluster: eu-1}
    namespaces: [shop, pay]
    kubernetes: {kubeconfig: kube/eu.yaml, context: eu-admin}
    prometheus:
      url: https://prometheus.eu/
      externalUrl: https://graphs.example.org
      headers: {Authorization: "Bearer \${PROM_TOKEN}"}
      namespaceLabel: exported_namespace
    loki: {url: https://loki.eu, tenant: team-a, headers: {X-Key: plain}}
    mcp:
      - {name: argocd, url: "https://argocd.eu/mcp", headers: {Authorization: "Bearer \${PROM_TOKEN}"}, allow: [list_applications]}
      - {name: k8s, command: [kubernetes-mcp-server, --read-only], env: {TOKEN: "\${PROM_TOKEN}"}, allow: [pods_top, nodes_top]}
  - name: us
    match: {cluster: us-1}
    kubernetes: {url: https://k8s.us, tokenFile: /var/token, caFile: ca.pem}
  - name: here
    kubernetes: {inCluster: true}
slack:
  channel: "#alerts"
  routes: [{match: {team: pay}, channel: C99}]
model:
  name: local-model
  baseUrl: http://gateway:4000
  maxOutputTokens: 4000
  prices:
    local-model: {input: 1, output: 2, longContext: {over: 1000, input: 3, output: 4}}
limits: {turns: 3, usd: 0.25}
`;

  it('is read whole, with references to the environment and paths from its own directory', () => {
    const config = load({ PROM_TOKEN: 'hunter2', SLACK_BOT_TOKEN: 'xoxb' }, whole);
    const [eu, us, here] = config.environments;
    expect(eu).toMatchObject({
      name: 'eu',
      match: { cluster: 'eu-1' },
      namespaces: ['shop', 'pay'],
      kubernetes: {
        kind: 'kubeconfig',
        kubeconfig: join(directory, 'kube/eu.yaml'),
        context: 'eu-admin',
      },
      prometheus: {
        url: 'https://prometheus.eu',
        externalUrl: 'https://graphs.example.org',
        namespaceLabel: 'exported_namespace',
      },
      loki: { url: 'https://loki.eu', tenant: 'team-a', namespaceLabel: 'namespace' },
    });
    expect(us).toMatchObject({ namespaces: null, mcp: [] });
    expect(reveal(eu?.prometheus?.headers.Authorization)).toBe('Bearer hunter2');
    expect(reveal(eu?.loki?.headers['X-Key'])).toBe('plain');
    expect(us?.kubernetes).toEqual({
      kind: 'token',
      url: 'https://k8s.us',
      tokenFile: '/var/token',
      caFile: join(directory, 'ca.pem'),
    });
    expect(here?.kubernetes).toEqual({ kind: 'in-cluster' });
    expect(config).toMatchObject({
      file: join(directory, 'given.yaml'),
      slack: { channel: '#alerts', routes: [{ match: { team: 'pay' }, channel: 'C99' }] },
      model: { name: 'local-model', baseUrl: 'http://gateway:4000', maxOutputTokens: 4000 },
      limits: { turns: 3, usd: 0.25, seconds: 300 },
    });
    expect(JSON.stringify(config)).not.toContain('hunter2');
  });

  it('names other MCP servers, whose headers and variables are secrets', () => {
    const [eu] = load({ PROM_TOKEN: 'hunter2', SLACK_BOT_TOKEN: 'xoxb' }, whole).environments;
    const [argocd, k8s] = eu?.mcp ?? [];
    expect(argocd).toMatchObject({
      ...{ kind: 'url', name: 'argocd', url: 'https://argocd.eu/mcp' },
      allow: ['list_applications'],
    });
    expect(k8s).toMatchObject({
      ...{ kind: 'command', name: 'k8s', command: ['kubernetes-mcp-server', '--read-only'] },
      allow: ['pods_top', 'nodes_top'],
    });
    expect(argocd?.kind === 'url' && reveal(argocd.headers.Authorization)).toBe('Bearer hunter2');
    expect(k8s?.kind === 'command' && reveal(k8s.env.TOKEN)).toBe('hunter2');
  });

  it('gives way to the environment for the model and the channel', () => {
    const env = {
      PROM_TOKEN: 't',
      SLACK_BOT_TOKEN: 'xoxb',
      SLACK_CHANNEL: 'C1',
      MODEL: 'claude-haiku-5-5',
      ANTHROPIC_BASE_URL: 'http://other',
    };
    expect(load(env, whole)).toMatchObject({
      slack: { channel: 'C1' },
      model: { name: 'claude-haiku-5-5', baseUrl: 'http://other' },
    });
  });

  it('derives cache prices, keeps the known models, and overrides by name', () => {
    const yaml =
      'model: {prices: {claude-opus-5-5: {input: 8, output: 9, cacheRead: 0}, mine: {input: 1, output: 2, longContext: {over: 10, input: 3, output: 4}}}}';
    const { prices } = load({}, yaml).model;
    expect(prices['claude-opus-5-5']).toEqual({
      input: 8,
      output: 9,
      cacheRead: 0,
      cacheWrite: 10,
      longContext: null,
    });
    expect(prices.mine?.cacheRead).toBeCloseTo(0.1);
    expect(prices.mine?.longContext).toMatchObject({
      over: 10,
      input: 3,
      output: 4,
      cacheWrite: 3.75,
    });
    expect(prices['claude-sonnet-5-5']).toMatchObject({ input: 2, output: 10 });
    expect(prices['claude-haiku-5-5']?.longContext).toMatchObject({ over: 100_000, output: 2.5 });
  });

  it('may be empty, or hold empty sections', () => {
    expect(load({}, '')).toMatchObject({ environments: [{ name: 'default' }] });
    expect(load({}, 'slack:\nlimits:\nmodel:\nenvironments:\n').limits.turns).toBe(12);
  });

  it('is found by --config, then PROBABLE_CAUSE_CONFIG, then its usual name', () => {
    const home = mkdtempSync(join(tmpdir(), 'config-'));
    const write = (name: string, turns: number) =>
      writeFileSync(join(home, name), `limits: {turns: ${turns}}`);
    const turns = (env: Environ, file?: string) =>
      loadConfig({ env, file, directory: home }).limits.turns;
    expect(turns({})).toBe(12);
    write('probable-cause.yaml', 1);
    write('named.yaml', 2);
    write('flag.yaml', 3);
    expect(turns({})).toBe(1);
    expect(turns({ PROBABLE_CAUSE_CONFIG: 'named.yaml' })).toBe(2);
    expect(turns({ PROBABLE_CAUSE_CONFIG: 'named.yaml' }, 'flag.yaml')).toBe(3);
  });

  it('warns of a kubeconfig and a URL that its environments replace, and of a model without a price', () => {
    const env = {
      PROMETHEUS_URL: 'http://p',
      KUBECONFIG: '/k',
      ANTHROPIC_API_KEY: 'k',
      MODEL: 'm',
    };
    expect(load(env, 'environments: [{name: a}]').warnings).toEqual([
      'KUBECONFIG is ignored: the file names its own environments',
      'PROMETHEUS_URL is ignored: the file names its own environments',
      expect.stringMatching(/^no price is known for m/),
    ]);
  });
});
