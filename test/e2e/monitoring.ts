import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { endWithTests } from './children.ts';

/** Debian's names for the two programs of the Prometheus project. */
export interface Binaries {
  prometheus: string;
  alertmanager: string;
}

/** Null when one of them is not installed, which `CI=true` does not allow. */
export function findMonitoring(): Binaries | null {
  const prometheus = findOnPath('prometheus');
  const alertmanager = findOnPath('prometheus-alertmanager') ?? findOnPath('alertmanager');
  if (prometheus !== null && alertmanager !== null) return { prometheus, alertmanager };
  const message =
    'prometheus and prometheus-alertmanager are not installed: the test with the real ones is skipped';
  if (process.env.CI === 'true') throw new Error(`${message}, which CI=true does not allow`);
  console.warn(message);
  return null;
}

export function findOnPath(name: string): string | null {
  const paths = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, name));
  return paths.find((path) => existsSync(path)) ?? null;
}

export interface Running {
  url: string;
  stop(): Promise<void>;
}

export interface Target extends Running {
  /** What is scraped from now on. */
  set(value: number): void;
}

/** Something to be scraped: one gauge. */
export async function startTarget(metric: string, first: number): Promise<Target> {
  let value = first;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# TYPE ${metric} gauge\n${metric} ${value}\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the target has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    set(next) {
      value = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface PrometheusOptions {
  dir: string;
  targetUrl: string;
  alert: { name: string; expression: string; labels: Record<string, string> };
}

export interface Prometheus extends Running {
  /** From now on its alerts go there. */
  sendAlertsTo(alertmanagerUrl: string): Promise<void>;
}

/** A real Prometheus that scrapes and evaluates every second. JSON is YAML too. */
export async function startPrometheus(
  binary: string,
  { dir, targetUrl, alert }: PrometheusOptions,
): Promise<Prometheus> {
  const discovered = join(dir, 'alertmanagers.json');
  await writeJson(join(dir, 'rules.json'), {
    groups: [
      {
        name: 'shop',
        rules: [{ alert: alert.name, expr: alert.expression, for: '0s', labels: alert.labels }],
      },
    ],
  });
  await writeJson(join(dir, 'prometheus.json'), {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.json'],
    alerting: { alertmanagers: [{ file_sd_configs: [{ files: [discovered] }] }] },
    scrape_configs: [
      { job_name: 'shop', static_configs: [{ targets: [new URL(targetUrl).host] }] },
    ],
  });
  const running = await start(binary, [
    `--config.file=${join(dir, 'prometheus.json')}`,
    `--storage.tsdb.path=${join(dir, 'samples')}`,
    '--web.listen-address=127.0.0.1:0',
    // What fires before it knows of the Alertmanager must not wait for a minute.
    '--rules.alert.resend-delay=1s',
  ]);
  return {
    ...running,
    sendAlertsTo: (url) => writeJson(discovered, [{ targets: [new URL(url).host] }]),
  };
}

export interface AlertmanagerOptions {
  dir: string;
  webhook: { url: string; token: string };
}

/** A real Alertmanager that notifies at once, on no network but the loopback. */
export async function startAlertmanager(
  binary: string,
  { dir, webhook }: AlertmanagerOptions,
): Promise<Running> {
  const { url, token } = webhook;
  const authorization = { type: 'Bearer', credentials: token };
  await writeJson(join(dir, 'alertmanager.json'), {
    route: {
      receiver: 'probable-cause',
      group_by: ['alertname', 'namespace'],
      group_wait: '0s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [
      { name: 'probable-cause', webhook_configs: [{ url, http_config: { authorization } }] },
    ],
  });
  return start(binary, [
    `--config.file=${join(dir, 'alertmanager.json')}`,
    `--storage.path=${join(dir, 'silences')}`,
    '--web.listen-address=127.0.0.1:0',
    '--cluster.listen-address=',
  ]);
}

/** Appears complete: Prometheus reads a file as soon as it changes. */
async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(value));
  await rename(`${path}.new`, path);
}

/** Both log the address that they were given, once they listen there. */
export async function start(binary: string, args: string[]): Promise<Running> {
  const child = endWithTests(spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] }));
  const exited = once(child, 'exit');
  const address = await Promise.race([
    listeningAddress(child.stderr),
    exited.then(([code]) => {
      throw new Error(`${binary} ended with ${code}`);
    }),
  ]);
  return {
    url: `http://${address}`,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function listeningAddress(log: Readable): Promise<string> {
  return new Promise((resolve) => {
    // Read to its end: a full pipe would block the program.
    createInterface({ input: log }).on('line', (line) => {
      const address = /"Listening on" address=(127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
      else if (line.includes('level=error')) console.error(line);
    });
  });
}
