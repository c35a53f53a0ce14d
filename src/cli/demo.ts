import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { encodeAlertmanager } from '../../webhooks/sources/alertmanager/encode.ts';
import type { Delivery } from '../alert/alert.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { processEnvironment } from '../config/process-environment.ts';
import type { Clock } from '../lib/clock.ts';
import { createRecordedModel } from '../models/recorded.ts';
import type { Channel } from '../notify/channel.ts';
import { createTerminalChannel } from '../notify/terminal/index.ts';
import { type Case, disclaimerOf } from '../replay/case.ts';
import { listCases, readCase } from '../replay/case-file.ts';
import { RecordedTools } from '../replay/recorded-tools.ts';
import type { Report } from '../report/report.ts';
import { CommandError } from './command-error.ts';
import { investigationSettings } from './compose.ts';
import { packageVersion, shippedCases } from './package-root.ts';
import type { Program } from './program.ts';
import { endOfSession, print, sessionOf, terminalStyle } from './session.ts';
import { startAll } from './start-workers.ts';

export function defineDemo(command: Command): void {
  command
    .addOption(
      new Option('--case <name>', 'a case that comes with the program').default('oom-kill'),
    )
    .option('--keep', 'stay up afterwards, to look around')
    .action(demo);
}

interface DemoOptions {
  case: string;
  keep?: boolean;
}

/** The real program on the embedded default; only the tools and the model answer from the case. */
async function demo(options: DemoOptions): Promise<void> {
  const replayed = await readCase(await shippedCase(options.case));
  const folder = await mkdtemp(join(tmpdir(), 'probable-cause-demo-'));
  const end = endOfSession();
  const config = loadConfig({
    env: {
      PORT: options.keep ? (processEnvironment().PORT ?? '8080') : '0',
      DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'error',
    },
  });
  print('Starting on an empty directory: embedded PostgreSQL, queue, webhooks, workers …\n');
  const thread = watch(createTerminalChannel({ ...terminalStyle(), write: print }));
  let program: Program | null = null;
  try {
    program = await startAll(sessionOf(config), [thread.channel], playing(replayed, config));
    print(`Listening on ${program.url}. Sending it the alert of the case "${options.case}" …\n`);
    await sendAlert(program.url, replayed);
    const report = await untilEnd(thread.finished, end);
    print(await closingWords(report, folder, program.url, options));
    if (options.keep) await untilEnd(new Promise<never>(() => {}), end).catch(() => {});
  } finally {
    await program?.close(1_000);
    await rm(join(folder, 'data'), { recursive: true, force: true });
  }
}

async function shippedCase(name: string): Promise<string> {
  const shipped = await listCases(shippedCases());
  const found = shipped.find((candidate) => candidate.name === name);
  if (found !== undefined) return found.path;
  const names = shipped.map((candidate) => candidate.name).join(', ');
  throw new CommandError(`demo: there is no case ${JSON.stringify(name)}; there are: ${names}`);
}

function playing(replayed: Case, config: Config) {
  return {
    model: createRecordedModel(replayed.turns, replayed.versions.model ?? 'recorded'),
    settings: investigationSettings(config, replayed.versions.model),
    environmentOf: () => replayed.environment,
    // No other alert will come.
    gathering: { windowMs: 0, crowd: 0 },
    toolsOf: async () => new RecordedTools(replayed.tools, replayed.calls),
    versions: { probableCause: packageVersion(), turnsBy: replayed.turnsBy },
    disclaimer: disclaimerOf(replayed),
    clock: clockFrom(firstOf(replayed).receivedAt),
  };
}

function firstOf({ deliveries: [first], id }: Case): Delivery {
  if (first === undefined) throw new CommandError(`demo: the case ${id} holds no delivery`);
  return first;
}

/** The night of the case, going on: what the thread says of times then agrees with its evidence. */
function clockFrom(instant: string): Clock {
  const shift = Date.parse(instant) - Date.now();
  return { now: () => new Date(Date.now() + shift) };
}

async function sendAlert(url: string, replayed: Case): Promise<void> {
  const response = await fetch(`${url}/webhooks/alertmanager`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(encodeAlertmanager(firstOf(replayed))),
  });
  print(`POST /webhooks/alertmanager → ${response.status} ${await response.text()}\n`);
  if (response.status !== 202) throw new CommandError('demo: the webhook was not accepted');
}

/** The same channel, and the report once every message of the finished thread has been shown. */
function watch<Body>(inner: Channel<Body>): { channel: Channel<Body>; finished: Promise<Report> } {
  const { promise, resolve } = Promise.withResolvers<Report>();
  const shown = new Set<string>();
  let report: Report | null = null;
  let keys: string[] = [];
  const show = (key: string) => {
    if (report === null) return;
    shown.add(key);
    if (keys.every((wanted) => shown.has(wanted))) resolve(report);
  };
  const channel: Channel<Body> = {
    name: inner.name,
    render(view) {
      const messages = inner.render(view);
      report = view.report;
      keys = messages.map((message) => message.key);
      return messages;
    },
    async post(message, target) {
      const ref = await inner.post(message, target);
      show(message.key);
      return ref;
    },
    async edit(ref, message, marker) {
      await inner.edit(ref, message, marker);
      show(message.key);
    },
    find: (marker, target) => inner.find(marker, target),
  };
  return { channel, finished: promise };
}

async function closingWords(
  report: Report,
  folder: string,
  url: string,
  { case: name, keep }: DemoOptions,
): Promise<string> {
  const file = join(folder, 'report.json');
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  const live = keep
    ? `Also live:     ${url}/api/incidents/${report.incidentId} (Ctrl-C ends it)\n`
    : '';
  return `\nReport:        ${file}\n${live}Run it again:  npm run -s cli -- replay run examples/cases/${name}\n`;
}

function untilEnd<T>(work: Promise<T>, end: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new CommandError('stopped'));
    if (end.aborted) stop();
    end.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });
}
