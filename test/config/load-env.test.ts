import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { type Environ, envSettings } from '../../src/config/settings.ts';
import { load, problemsOf, reveal } from './loading.ts';

describe('with nothing set', () => {
  it('listens on loopback, stores in ./data, and has one environment that matches every alert', () => {
    expect(load({})).toMatchObject({
      file: null,
      warnings: [],
      logLevel: 'info',
      http: { host: '127.0.0.1', port: 8080, webhookTokens: [], apiToken: null },
      mcpHttp: { host: '127.0.0.1', port: 8090, tokens: [], allowedHosts: [], allowedOrigins: [] },
      pagerduty: {
        webhookSecrets: [],
        apiToken: null,
        apiUrl: 'https://api.pagerduty.com',
        from: null,
      },
      auditLog: null,
      storage: { databaseUrl: null, redisUrl: null, dataDir: './data' },
      model: { name: 'claude-sonnet-5-5', apiKey: null, baseUrl: null },
      slack: null,
      environments: [
        { name: 'default', match: {}, kubernetes: null, prometheus: null, loki: null },
      ],
      limits: { turns: 12, evidenceBytes: 12_000, webhookBytes: 8_388_608 },
    });
  });

  it('takes an empty variable for one that is not set, as compose files leave them', () => {
    const blank = Object.fromEntries(envSettings.map(({ name }) => [name, ' ']));
    expect(load(blank)).toEqual(load({}));
  });

  it('reads the variables of its list, and no others', () => {
    const asked = new Set<string>();
    const env: Environ = new Proxy<Record<string, string>>(
      {},
      {
        get: (_target, name) => {
          asked.add(String(name));
          return undefined;
        },
      },
    );
    load(env);
    expect([...asked].sort()).toEqual(envSettings.map(({ name }) => name).sort());
  });

  it('has the defaults that the list of settings tells', () => {
    const config = load({});
    const defaults = Object.fromEntries(envSettings.map(({ name, ...setting }) => [name, setting]));
    expect(defaults.HOST?.default).toBe(config.http.host);
    expect(defaults.PORT?.default).toBe(String(config.http.port));
    expect(defaults.DATA_DIR?.default).toBe(config.storage.dataDir);
    expect(defaults.MODEL?.default).toBe(config.model.name);
    expect(defaults.LOG_LEVEL?.default).toBe(config.logLevel);
    expect(defaults.PAGERDUTY_API_URL?.default).toBe(config.pagerduty.apiUrl);
  });
});

it('warns of a user for notes without the token that they take', () => {
  const { warnings, pagerduty } = load({ PAGERDUTY_FROM: 'bot@shop.example' });
  expect(warnings).toEqual([expect.stringContaining('notes need PAGERDUTY_API_TOKEN')]);
  expect(pagerduty.from).toBe('bot@shop.example');
  expect(problemsOf({ PAGERDUTY_FROM: 'bot@shop\r\nX-Other: 1' })).toEqual([
    expect.stringContaining('| an email address, such as'),
  ]);
});

describe('the environment', () => {
  it('is read whole', () => {
    const config = load({
      HOST: '0.0.0.0',
      PORT: '9000',
      WEBHOOK_TOKEN: 'old, new',
      PAGERDUTY_WEBHOOK_SECRETS: 'before, after',
      PAGERDUTY_API_TOKEN: 'u+token',
      PAGERDUTY_API_URL: 'https://api.eu.pagerduty.com/',
      PAGERDUTY_FROM: 'bot+oncall@shop.example',
      API_TOKEN: 'api',
      MCP_TOKEN: 'mine,theirs',
      MCP_ALLOWED_HOSTS: 'MCP.example.org, [::2]',
      MCP_ALLOWED_ORIGINS: 'https://Chat.example.org:443, http://10.0.0.7:3000/',
      AUDIT_LOG: '/var/log/calls.jsonl',
      DATABASE_URL: 'postgresql://u:p@db/pc',
      REDIS_URL: 'rediss://:p@redis:6380/1',
      ANTHROPIC_API_KEY: 'sk-test\n',
      ANTHROPIC_BASE_URL: 'http://localhost:4000/',
      MODEL: 'claude-opus-5-5',
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_CHANNEL: 'C012',
      SLACK_API_URL: 'http://127.0.0.1:9/api/',
      SLACK_MESSAGES_PER_MINUTE: '30',
      KUBECONFIG: '/etc/kube/config',
      PROMETHEUS_URL: 'http://prometheus:9090/',
      LOKI_URL: 'https://loki',
      LOG_LEVEL: 'debug',
    });
    expect(config.http.webhookTokens.map(reveal)).toEqual(['old', 'new']);
    expect(config.pagerduty.webhookSecrets.map(reveal)).toEqual(['before', 'after']);
    expect(reveal(config.pagerduty.apiToken)).toBe('u+token');
    expect(config.pagerduty.apiUrl).toBe('https://api.eu.pagerduty.com');
    expect(config.pagerduty.from).toBe('bot+oncall@shop.example');
    expect(reveal(config.http.apiToken)).toBe('api');
    expect(config.mcpHttp.tokens.map(reveal)).toEqual(['mine', 'theirs']);
    expect(reveal(config.storage.databaseUrl)).toBe('postgresql://u:p@db/pc');
    expect(reveal(config.storage.redisUrl)).toBe('rediss://:p@redis:6380/1');
    expect(reveal(config.model.apiKey)).toBe('sk-test');
    expect(reveal(config.slack?.botToken)).toBe('xoxb-1');
    expect(config).toMatchObject({
      http: { host: '0.0.0.0', port: 9000 },
      mcpHttp: {
        host: '0.0.0.0',
        port: 9000,
        allowedHosts: ['mcp.example.org', '[::2]'],
        allowedOrigins: ['https://chat.example.org', 'http://10.0.0.7:3000'],
      },
      auditLog: '/var/log/calls.jsonl',
      model: { name: 'claude-opus-5-5', baseUrl: 'http://localhost:4000' },
      slack: {
        channel: 'C012',
        apiUrl: 'http://127.0.0.1:9/api',
        messagesPerMinute: 30,
        routes: [],
      },
      logLevel: 'debug',
      environments: [
        {
          kubernetes: { kind: 'kubeconfig', kubeconfig: '/etc/kube/config', context: null },
          prometheus: { url: 'http://prometheus:9090' },
          loki: { url: 'https://loki' },
        },
      ],
    });
  });

  it.each([
    ['PORT', '80a', '"80a"', 'a whole number from 0 to 65535'],
    ['PORT', '65536', '"65536"', 'a whole number from 0 to 65535'],
    ['LOG_LEVEL', 'loud', '"loud"', 'one of fatal, error, warn, info, debug, trace, silent'],
    ['PROMETHEUS_URL', 'prometheus:9090', '"prometheus:9090"', 'an http:// or https:// URL'],
    ['LOKI_URL', 'ftp://loki', '"ftp://loki"', 'an http:// or https:// URL'],
    ['LOKI_URL', 'http://me:hunter2@loki', '"http://[secret]@loki"', 'without credentials'],
    ['DATABASE_URL', 'mysql://me:hunter2@db', 'a value that is not shown', 'postgres://'],
    ['REDIS_URL', 'http://hunter2', 'a value that is not shown', 'redis:// or rediss://'],
    ['WEBHOOK_TOKEN', ' , ', 'a value that is not shown', 'one token or several'],
    ['WEBHOOK_TOKEN', 'good, hunter2 hunter2', 'a value that is not shown', 'without spaces'],
    ['API_TOKEN', 'hunter2\nhunter2', 'a value that is not shown', 'without spaces'],
    ['MCP_TOKEN', 'good, hunter2 hunter2', 'a value that is not shown', 'without spaces'],
    ['MCP_ALLOWED_HOSTS', 'https://mcp.example.org', '"https://mcp.example.org"', 'a host name'],
    ['MCP_ALLOWED_HOSTS', 'mcp.example.org:8090', '"mcp.example.org:8090"', 'without port'],
    ['MCP_ALLOWED_ORIGINS', '*', '"*"', 'http:// or https:// with a host'],
    ['MCP_ALLOWED_ORIGINS', 'https://a.org/x', '"https://a.org/x"', 'nothing after it'],
    ['AUDIT_LOG', '~/calls.jsonl', '"~/calls.jsonl"', 'without "~"'],
    ['KUBECONFIG', '/a:/b', '"/a:/b"', 'one kubeconfig file'],
    ['KUBECONFIG', '~/.kube/config', '"~/.kube/config"', 'without "~"'],
  ])('refuses %s=%j, saying what it got and what it accepts', (name, value, got, accepts) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}\\S* \\| `));
    expect(problems[0]).toContain(` ${got} `);
    expect(problems[0]).toContain(accepts);
    expect(problems[0]).not.toContain('hunter2');
  });

  it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])(
    'needs no webhook token on %s',
    (host) => expect(problemsOf({ HOST: host })).toEqual([]),
  );

  it.each(['0.0.0.0', '::', '10.0.0.5', 'example.org', '127.0.0.1.example.org', '::ffff:10.0.0.1'])(
    'refuses to listen on %s without a webhook token',
    (host) => {
      expect(problemsOf({ HOST: host })).toEqual([
        expect.stringMatching(
          /^WEBHOOK_TOKEN \| nothing, while HOST is .* \| a token that senders/,
        ),
      ]);
      expect(problemsOf({ HOST: host, WEBHOOK_TOKEN: 't' })).toEqual([]);
    },
  );

  it('refuses a Slack token without a channel, and a channel without a token', () => {
    expect(problemsOf({ SLACK_BOT_TOKEN: 'xoxb-hunter2' })).toEqual([
      expect.stringMatching(/^SLACK_CHANNEL \| nothing, while SLACK_BOT_TOKEN is set/),
    ]);
    for (const yaml of [
      'slack: {channel: "#alerts"}',
      'slack: {routes: [{match: {}, channel: C}]}',
    ]) {
      expect(problemsOf({}, yaml)).toEqual([
        expect.stringMatching(/^SLACK_BOT_TOKEN \| nothing, while a Slack channel is set/),
      ]);
    }
    expect(problemsOf({ SLACK_CHANNEL: 'C1' })).toHaveLength(1);
    expect(problemsOf({ SLACK_BOT_TOKEN: 'x' }, 'slack: {channel: "#alerts"}')).toEqual([]);
  });

  it('is not asked of a process that only reads, which may share the file without the tokens', () => {
    const env = { HOST: '0.0.0.0', SLACK_CHANNEL: '#alerts' };
    expect(problemsOf(env)).toHaveLength(2);
    expect(loadConfig({ env, serves: false })).toMatchObject({ slack: null });
    expect(() => loadConfig({ env: { ...env, PORT: 'x' }, serves: false })).toThrow(/PORT/);
  });

  it('needs a token and its names when the tools are served to other machines, and only then', () => {
    const load = (env: Environ) => loadConfig({ env, serves: false, servesTools: true });
    const open = { HOST: '0.0.0.0' };
    expect(() => load(open)).toThrow(
      /MCP_TOKEN: got nothing, while HOST is "0.0.0.0".*\n {2}MCP_ALLOWED_HOSTS: got nothing/,
    );
    const names = { MCP_TOKEN: 't', MCP_ALLOWED_HOSTS: 'mcp.example.org' };
    expect(load({ ...open, ...names }).mcpHttp.host).toBe('0.0.0.0');
    expect(load({}).mcpHttp.tokens).toEqual([]);
    expect(loadConfig({ env: open, serves: false }).mcpHttp.tokens).toEqual([]);
  });
});
