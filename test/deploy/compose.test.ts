import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { envSettings } from '../../src/config/settings.ts';
import { EXACT_TAG, readFile, readYaml, root } from './files.ts';

const Service = z.looseObject({
  image: z.string(),
  build: z.string().optional(),
  user: z.string(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  configs: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
});

const { services, configs, volumes } = z
  .object({
    services: z.record(z.string(), Service),
    configs: z.record(z.string(), z.object({ content: z.string() })),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(readYaml('docker-compose.yml'));

function service(name: string): z.infer<typeof Service> {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** What Compose makes of `${NAME:-default}`, also inside of another, when no variable is set. */
function unset(text: string | null | undefined): string {
  const inner = /\$\{\w+:-([^${}]*)\}/;
  let result = text ?? '';
  while (inner.test(result)) result = result.replace(inner, '$1');
  return result;
}

const ours = Object.entries(services).filter(([, { build }]) => build !== undefined);

describe('every service', () => {
  it.each(Object.entries(services))('%s is pinned, unprivileged and watched', (_name, given) => {
    expect(given.image).toMatch(EXACT_TAG);
    expect(given.user).not.toMatch(/^(root|0)(:|$)/);
    expect(given.cap_drop).toEqual(['ALL']);
    expect(given.security_opt).toContain('no-new-privileges:true');
    expect(given.healthcheck ?? given.build).toBeDefined();
  });

  it.each(Object.entries(services))('%s is reached from this machine only', (_name, { ports }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('publishes no port twice', () => {
    const published = Object.values(services).flatMap(({ ports }) => ports.map(hostPort));
    expect(new Set(published).size).toBe(published.length);
  });

  it('mounts only volumes that are declared and files that are in the repository', () => {
    for (const mount of Object.values(services).flatMap((given) => given.volumes)) {
      const [source = '', , mode] = mount.split(':');
      if (source.startsWith('./')) {
        expect(readFile(source)).not.toBe('');
        expect(mode).toBe('ro');
      } else {
        expect(Object.keys(volumes)).toContain(source);
      }
    }
  });
});

function hostPort(port: string): string | undefined {
  return port.split(':').at(-2);
}

describe('our own processes', () => {
  it('are webhooks and worker, each by its command', () => {
    expect(ours.map(([name, { command }]) => [name, command])).toEqual([
      ['webhooks', ['webhooks']],
      ['worker', ['worker']],
    ]);
  });

  it.each(ours)('%s writes nowhere but to /tmp', (_name, given) => {
    expect(given.read_only).toBe(true);
    expect(given.tmpfs).toEqual(['/tmp']);
    expect(given.volumes).toEqual([]);
  });

  it('pass on to the worker all that is not about webhooks, files or the tool server', () => {
    const others =
      /^(?:PAGERDUTY_WEBHOOK_SECRETS|MCP_.+|DATA_DIR|KUBECONFIG|AUDIT_LOG|PROBABLE_CAUSE_CONFIG)$/;
    const wanted = envSettings.map(({ name }) => name).filter((name) => !others.test(name));
    expect(Object.keys(service('worker').environment).sort()).toEqual(wanted.sort());
  });

  it.each(ours)('%s gets only settings that the code reads', (_name, { environment }) => {
    const known = envSettings.map(({ name }): string => name);
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
  });

  it.each(ours)('%s starts once what it needs is healthy', (name, given) => {
    const needed = name === 'worker' ? ['postgres', 'redis'] : ['redis'];
    expect(Object.keys(given.depends_on).sort()).toEqual(needed);
    for (const { condition } of Object.values(given.depends_on)) {
      expect(condition).toBe('service_healthy');
    }
  });

  it('carry the version of the package', () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFile('package.json')));
    for (const [, { image }] of ours) expect(image).toBe(`probable-cause:${version}`);
  });
});

describe('storage', () => {
  it('is a Redis that keeps what it was given', () => {
    const command = service('redis').command.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(service('redis').volumes).toEqual(['redis-data:/data']);
    expect(service('worker').environment.REDIS_URL).toBe('redis://redis:6379');
  });

  it('is a PostgreSQL that the worker has the address and the password of', () => {
    const { environment, volumes: mounts } = service('postgres');
    const url = new URL(unset(service('worker').environment.DATABASE_URL));
    expect(url.hostname).toBe('postgres');
    expect(url.username).toBe(environment.POSTGRES_USER);
    expect(url.password).toBe(unset(environment.POSTGRES_PASSWORD));
    expect(url.pathname).toBe(`/${environment.POSTGRES_DB}`);
    expect(mounts).toEqual(['postgres-data:/var/lib/postgresql/data']);
  });
});

describe('monitoring', () => {
  it('is a profile of its own', () => {
    const monitoring = Object.entries(services).filter(([, { profiles }]) => profiles.length > 0);
    expect(monitoring.map(([name]) => name)).toEqual(['prometheus', 'alertmanager', 'loki']);
  });

  it('presents to the webhook the token that the webhook asks for', () => {
    const mount = service('alertmanager').configs.find(({ source }) => source === 'webhook-token');
    expect(readFile('deploy/compose/alertmanager.yml')).toContain(
      `credentials_file: ${mount?.target}`,
    );
    expect(unset(configs['webhook-token']?.content)).toBe(
      unset(service('webhooks').environment.WEBHOOK_TOKEN),
    );
  });
});

function composeIsInstalled(): boolean {
  return spawnSync('docker', ['compose', 'version']).status === 0;
}

it.skipIf(!composeIsInstalled())('is what docker compose itself accepts', () => {
  execFileSync('docker', ['compose', '--profile', 'monitoring', 'config', '--quiet'], {
    cwd: root,
  });
});
