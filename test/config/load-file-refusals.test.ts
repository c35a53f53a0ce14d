import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directory, problemsOf } from './loading.ts';

describe('the file', () => {
  it('must exist when it was named', () => {
    expect(problemsOf({ PROBABLE_CAUSE_CONFIG: 'nowhere.yaml' })).toEqual([
      `${join(directory, 'nowhere.yaml')} | no readable file (ENOENT) | the path of a YAML file`,
    ]);
  });

  it('says the line and column of a YAML mistake, and quotes nothing of the file', () => {
    const problems = problemsOf({}, 'limits:\n  turns: 1\n  turns: hunter2\nslack: [hunter2\n');
    expect(problems[0]).toMatch(
      /given\.yaml line 3, column 3 \| a mistake: Map keys must be unique/,
    );
    expect(problems.length).toBeGreaterThan(1);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('must be a mapping', () => {
    expect(problemsOf({}, '- a\n- b')).toEqual([
      expect.stringContaining('a YAML mapping of settings'),
    ]);
  });

  it('does not expand a bomb of aliases', () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const refs = Array(10)
        .fill(i === 0 ? 'x' : `*a${i - 1}`)
        .join(', ');
      return `a${i}: &a${i} [${refs}]`;
    });
    expect(problemsOf({}, levels.join('\n'))).toHaveLength(1);
  });

  it.each([
    ['slak: {}', 'slak', 'environments, slack, model, limits, reconcile (nearest: slack)'],
    ['limits: {turn: 3}', 'limits.turn', '(nearest: turns)'],
    [
      'environments: [{name: a, prometeus: {}}]',
      'environments[0].prometeus',
      '(nearest: prometheus)',
    ],
    [
      'environments: [{name: a, kubernetes: {kubeconfg: x}}]',
      'environments[0].kubernetes.kubeconfg',
      '(nearest: kubeconfig)',
    ],
    [
      'model: {prices: {m: {input: 1, ouput: 1, output: 1}}}',
      'model.prices.m.ouput',
      '(nearest: output)',
    ],
  ])('refuses the unknown key in %j with the nearest known one', (yaml, key, accepts) => {
    const problems = problemsOf({}, yaml);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${key} | an unknown key | `);
    expect(problems[0]).toContain(accepts);
  });

  it.each([
    ['limits: {turns: 1.5}', 'limits.turns | 1.5 | a whole number from 1 to 100'],
    ['limits: {usd: cheap}', 'limits.usd | "cheap" | a number from 0 to 1000'],
    ['limits: []', 'limits | a list | a section with the keys turns'],
    ['slack: hello', 'slack | "hello" | a section with the keys channel, routes'],
    ['slack: {channel: 5}', 'slack.channel | 5 | a channel'],
    ['environments: {name: a}', 'environments | a section | a list of environments'],
    ['environments: [{}]', 'environments[0].name | nothing | a name of letters'],
    [
      'environments: [{name: a, match: {tier: 1}}]',
      'environments[0].match.tier | 1 | label values as text',
    ],
    ['environments: [{name: a, loki: {}}]', 'environments[0].loki.url | nothing | an http://'],
    [
      'environments: [{name: a, kubernetes: {}}]',
      'environments[0].kubernetes | a section | exactly one of',
    ],
    [
      'environments: [{name: a, kubernetes: {inCluster: true, url: "http://k", tokenFile: t}}]',
      'environments[0].kubernetes | a section | exactly one of',
    ],
    [
      'environments: [{name: a, kubernetes: {url: "http://k"}}]',
      'environments[0].kubernetes | a section | exactly one of',
    ],
    [
      'environments: [{name: a, kubernetes: {inCluster: true, context: c}}]',
      'environments[0].kubernetes | a section | exactly one of',
    ],
    [
      'environments: [{name: a, loki: {url: "http://l", headers: {A: "x\\ny hunter2"}}}]',
      'environments[0].loki.headers.A | a value that is not shown | printable ASCII',
    ],
    [
      'environments: [{name: a, loki: {url: "http://l", headers: {"a b": x}}}]',
      'environments[0].loki.headers.a b | that name | HTTP headers',
    ],
    [
      'environments: [{name: a, kubernetes: {inCluster: true, namespaces: [shop]}}]',
      'environments[0].kubernetes.namespaces | a list | nothing: name them beside kubernetes, as environments[].namespaces',
    ],
    [
      'environments: [{name: a, namespaces: [Shop]}]',
      'environments[0].namespaces[0] | "Shop" | a namespace: at most 63 lower-case letters',
    ],
    [
      'environments: [{name: a, namespaces: []}]',
      'environments[0].namespaces | a list | a list of namespaces; leave it out for all',
    ],
    [
      'environments: [{name: a, loki: {url: "http://l", namespaceLabel: "k8s.ns"}}]',
      'environments[0].loki.namespaceLabel | "k8s.ns" | the name of a label',
    ],
    [
      'environments: [{name: a, mcp: [{name: x, allow: [t]}]}]',
      'environments[0].mcp[0] | a section | exactly one of command',
    ],
    [
      'environments: [{name: a, mcp: [{name: x, url: "http://m", env: {A: b}, allow: [t]}]}]',
      'environments[0].mcp[0] | a section | exactly one of command',
    ],
    [
      'environments: [{name: a, mcp: [{name: x, command: "npx server", allow: [t]}]}]',
      'environments[0].mcp[0].command | "npx server" | a list: the program, then each',
    ],
    [
      'environments: [{name: a, mcp: [{name: my_server, url: "http://m", allow: [t]}]}]',
      'environments[0].mcp[0].name | "my_server" | a name of at most 32 lower-case letters',
    ],
    [
      'environments: [{name: a, mcp: [{name: x, url: "http://m", allow: []}]}]',
      'environments[0].mcp[0].allow | a list | a list of tools; a server of which none',
    ],
    [
      'environments: [{name: a, mcp: [{name: x, command: [x], env: {A: 5}, allow: [t]}]}]',
      'environments[0].mcp[0].env.A | a value that is not shown | environment variables',
    ],
    [
      'environments: [{name: a, mcp: [{name: x, url: "http://m", allow: [t]}, {name: x, url: "http://n", allow: [t]}]}]',
      'environments[0].mcp[1].name | "x" | a name that no other MCP server of the environment has',
    ],
    [
      'environments: [{name: a, match: {x: y}}, {name: a}]',
      'environments[1].name | "a" | a name that no other environment has',
    ],
    [
      'environments: [{name: a}, {name: b, match: {x: y}}]',
      'environments[1] | an environment that is never chosen, because environments[0] matches every alert',
    ],
  ])('refuses %j in words', (yaml, problem) => {
    const problems = problemsOf({}, yaml);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain('hunter2');
  });

  it('refuses a reference to a variable that is not set, and shows the reference only', () => {
    const yaml = `environments: [{name: a, loki: {url: "\${LOKI}", headers: {A: "Bearer \${TOKEN}"}}}]`;
    expect(problemsOf({ LOKI: 'not a url' }, yaml)).toEqual([
      expect.stringMatching(
        /^environments\[0\]\.loki\.headers\.A \| \$\{TOKEN\}, which is not set .*export TOKEN/,
      ),
      expect.stringMatching(/^environments\[0\]\.loki\.url \| "\$\{LOKI\}" \| an http/),
    ]);
  });

  it('tells every problem of the environment and of every section at once', () => {
    const yaml = 'limits: {turns: 0}\nslak: 1\nenvironments: [{name: "?"}]\nmodel: {name: ""}';
    const keys = problemsOf({ PORT: 'x', HOST: '0.0.0.0', SLACK_BOT_TOKEN: 'x' }, yaml).map(
      (problem) => problem.split(' ')[0],
    );
    expect(keys.sort()).toEqual([
      'PORT',
      'SLACK_CHANNEL',
      'WEBHOOK_TOKEN',
      'environments[0].name',
      'limits.turns',
      'model.name',
      'slak',
    ]);
  });

  it('says nothing about Slack as a whole while its section, or the file, cannot be read', () => {
    const env = { SLACK_BOT_TOKEN: 'x' };
    expect(problemsOf(env, 'slack: {chanel: C1}')).toHaveLength(1);
    expect(problemsOf(env, 'slack: {channel: C1')).not.toContainEqual(
      expect.stringContaining('SLACK_CHANNEL'),
    );
  });
});
