import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { sources } from '../../webhooks/server.ts';
import { readYaml, root } from './files.ts';

const Alertmanager = z.object({
  route: z.object({ receiver: z.string() }),
  receivers: z.array(
    z.object({
      name: z.string(),
      webhook_configs: z.array(z.object({ url: z.url(), send_resolved: z.literal(true) })),
    }),
  ),
});

it('sends every alert to the route that takes webhooks', () => {
  const { route, receivers } = Alertmanager.parse(readYaml('deploy/compose/alertmanager.yml'));
  const receiver = receivers.find(({ name }) => name === route.receiver);
  expect(sources.map(({ name }) => name)).toContain('alertmanager');
  expect(receiver?.webhook_configs.map(({ url }) => url)).toEqual([
    'http://webhooks:8080/webhooks/alertmanager',
  ]);
});

it('scrapes both of our processes', () => {
  const Prometheus = z.object({
    scrape_configs: z.array(
      z.object({
        job_name: z.string(),
        static_configs: z.array(z.object({ targets: z.array(z.string()) })),
      }),
    ),
  });
  const { scrape_configs } = Prometheus.parse(readYaml('deploy/compose/prometheus.yml'));
  const job = scrape_configs.find(({ job_name }) => job_name === 'probable-cause');
  expect(job?.static_configs).toEqual([{ targets: ['webhooks:8080', 'worker:8080'] }]);
});

it('keeps Loki to itself and its volume', () => {
  const Loki = z.looseObject({
    server: z.object({ http_listen_port: z.literal(3100) }),
    common: z.looseObject({ path_prefix: z.literal('/loki') }),
  });
  expect(Loki.safeParse(readYaml('deploy/compose/loki.yml')).error).toBeUndefined();
});

/** With CI=true a missing program is a failure, which running it then is. */
function canRun(program: string): boolean {
  return process.env.CI === 'true' || spawnSync(program, ['--version']).error === undefined;
}

function check(program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: join(root, 'deploy', 'compose'), encoding: 'utf8' });
}

it.skipIf(!canRun('promtool'))('has a configuration and rules that Prometheus accepts', () => {
  expect(check('promtool', 'check', 'config', 'prometheus.yml')).toContain('1 rules found');
});

it.skipIf(!canRun('amtool'))('has a configuration that Alertmanager accepts', () => {
  expect(check('amtool', 'check-config', 'alertmanager.yml')).toContain('SUCCESS');
});
