import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadView } from '../incident/load-view.ts';
import type { EvidenceLine, IncidentView } from '../incident/view.ts';
import { systemClock } from '../lib/clock.ts';
import { stripInvisible } from '../lib/escape.ts';
import type { ModelPort } from '../models/model.ts';
import { createRecordedModel } from '../models/recorded.ts';
import { renderThread } from '../notify/terminal/render.ts';
import { type Case, disclaimerOf } from '../replay/case.ts';
import { CaseError, listCases, readCase, writeCase } from '../replay/case-file.ts';
import { exportCase } from '../replay/export-case.ts';
import { RecordedTools } from '../replay/recorded-tools.ts';
import { runCase } from '../replay/run-case.ts';
import type { Store } from '../store/store.ts';
import { CommandError } from './command-error.ts';
import { createAnthropic, investigationSettings } from './compose.ts';
import { openEnvironments } from './environments.ts';
import { shippedCases } from './package-root.ts';
import { endOfSession, openSession, print, type Session, terminalStyle } from './session.ts';
import { openStoreToRead } from './storage.ts';

export function defineReplay(replay: Command): void {
  replay
    .command('list')
    .description('Incidents of the store, and the cases that come with the program.')
    .option('--limit <n>', 'how many incidents', Number, 20)
    .action((options: { limit: number }, command: Command) =>
      list(openSession(command, false), options),
    );
  replay
    .command('show <id>')
    .description('The thread of an incident of the store, or of a case, as it stands.')
    .action((id: string, _options: object, command: Command) =>
      show(openSession(command, false), id),
    );
  replay
    .command('run <case>')
    .description(
      'Runs an incident of the store, or a case, again: from what was recorded, without a network.',
    )
    .option('--live', 'ask the configured systems instead of the recording')
    .option('--model <name>', 'ask this model instead of the recorded turns')
    .option('--json', 'print the report as JSON')
    .action((id: string, options: RunOptions, command: Command) =>
      run(openSession(command, false), id, options),
    );
  replay
    .command('export <id>')
    .description('Writes an incident of the store as a case folder.')
    .option('--to <folder>', 'where to (default: the id)')
    .action((id: string, options: { to?: string }, command: Command) =>
      exportTo(openSession(command, false), id, options.to ?? id),
    );
}

interface RunOptions {
  live?: boolean;
  model?: string;
  json?: boolean;
}

async function list({ config }: Session, { limit }: { limit: number }): Promise<void> {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new CommandError('replay list: --limit takes a whole number of 1 or more');
  }
  const shipped = await listCases(shippedCases());
  const incidents = await withStore(config, (store) => store.incidents({ limit, before: null }));
  const rows = incidents.map(({ id, openedAt, status, title }) => [id, openedAt, status, title]);
  print(incidents.length === 0 ? 'No incident is stored yet.\n' : table(rows));
  print('\nCases that come with the program:\n');
  for (const { name, path } of shipped) print(`${name}  ${path}\n`);
}

async function show(session: Session, id: string): Promise<void> {
  const path = casePath(id);
  const view = path
    ? await recordedView(session, await readCase(path))
    : await withStore(session.config, (store) => loadView(store, id, null));
  if (view === null) throw unknownIncident(id);
  print(renderThread(view, terminalStyle()));
}

/** A file or folder, or the name of a case that comes with the program; null for what may be an incident's id. */
function casePath(name: string): string | null {
  if (existsSync(name)) return resolve(name);
  const shipped = join(shippedCases(), name);
  return /^[\w-]+$/.test(name) && existsSync(shipped) ? shipped : null;
}

/** The thread of a case: what its own answers lead to. */
function recordedView(session: Session, replayed: Case): Promise<IncidentView> {
  const model = createRecordedModel(replayed.turns, replayed.versions.model ?? 'recorded');
  return replay(session, replayed, new RecordedTools(replayed.tools, replayed.calls), model);
}

async function run(session: Session, id: string, options: RunOptions): Promise<void> {
  const path = casePath(id);
  const replayed = path
    ? await readCase(path)
    : await withStore(session.config, (store) => exportCase(store, id));
  const recorded = new RecordedTools(replayed.tools, replayed.calls);
  const environments = options.live ? openEnvironments(session) : null;
  const tools = (await environments?.connect(replayed.environment, id)) ?? recorded;
  const model = await modelFor(session, replayed, options);
  try {
    const view = await replay(session, replayed, tools, model, options.model);
    const live = options.live === true;
    const words = stripInvisible(afterword(replayed, view, live ? null : recorded.notRecorded));
    if (options.json) {
      print(`${JSON.stringify(view.report, null, 2)}\n`);
      process.stderr.write(words);
    } else {
      print(renderThread(view, terminalStyle()) + words);
    }
  } finally {
    await tools.close();
    await environments?.close();
  }
}

/** The recorded turns, unless another model, or other evidence, makes them no answer to what is asked. */
async function modelFor(
  { config }: Session,
  replayed: Case,
  options: RunOptions,
): Promise<ModelPort | null> {
  if (options.model === undefined && !options.live) {
    return replayed.turns.length === 0
      ? null
      : createRecordedModel(replayed.turns, replayed.versions.model ?? 'recorded');
  }
  const model = await createAnthropic(config, options.model);
  if (model === null && options.model !== undefined) {
    throw new CommandError(`replay run: --model ${options.model} needs ANTHROPIC_API_KEY`);
  }
  return model;
}

function replay(
  { config }: Session,
  replayed: Case,
  tools: Parameters<typeof runCase>[1]['tools'],
  model: ModelPort | null,
  modelName?: string,
): Promise<IncidentView> {
  const recordedTurns = model !== null && modelName === undefined;
  return runCase(replayed, {
    tools,
    model,
    settings: investigationSettings(config, recordedTurns ? replayed.versions.model : modelName),
    clock: systemClock,
    signal: endOfSession(),
    disclaimer: recordedTurns ? disclaimerOf(replayed) : null,
    onProgress: () => {},
  });
}

/**
 * Whether the conclusion is the one that was recorded, and what the recording could not answer; `notRecorded`
 * is null when the systems were asked.
 */
function afterword(
  replayed: Case,
  { report, evidence }: IncidentView,
  notRecorded: number | null,
): string {
  const before = conclusionOf(replayed.report);
  const now = conclusionOf(report);
  const same =
    before === now
      ? `Same conclusion as recorded: ${now}`
      : `Recorded: ${before}\nNow:      ${now}`;
  return `\n${same}\n${answersOf(evidence, notRecorded)}\n`;
}

function answersOf(evidence: EvidenceLine[], notRecorded: number | null): string {
  if (notRecorded === 0) return 'Every call was answered from the recording.';
  if (notRecorded !== null) return `Calls that were not recorded: ${notRecorded}.`;
  const failed = evidence.filter((line) => line.isError).length;
  return `Asked the systems as they are now: ${evidence.length} calls, ${failed} failed.`;
}

function conclusionOf(report: Case['report']): string {
  if (report === null) return 'none';
  const { rootCause, verdict, claims } = report;
  const checked = `${claims.filter((claim) => claim.verified).length} of ${claims.length} claims checked`;
  if (rootCause === null) return `${verdict}, ${checked}`;
  const { kind, namespace, name } = rootCause.object;
  const object = `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`;
  const confidence = `${Math.round(rootCause.confidence * 100)}%`;
  return `${verdict}, ${rootCause.failureMode} of ${object}, ${confidence}, ${checked}`;
}

async function exportTo({ config }: Session, id: string, folder: string): Promise<void> {
  if (existsSync(folder)) {
    throw new CommandError(`replay export: ${folder} exists. Name another folder with --to.`);
  }
  const exported = await withStore(config, (store) => exportCase(store, id));
  await writeCase(folder, exported);
  print(`Written to ${folder}. Run it again with: npm run -s cli -- replay run ${folder}\n`);
}

async function withStore<T>(
  config: Session['config'],
  read: (store: Store) => Promise<T>,
): Promise<T> {
  const { store, close } = await openStoreToRead(config);
  try {
    return await read(store);
  } finally {
    await close();
  }
}

function unknownIncident(id: string): CaseError {
  return new CaseError(
    `there is no incident, file or folder ${JSON.stringify(id)}. "replay list" names what there is.`,
  );
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return stripInvisible(`${rows.map((row) => line(row).trimEnd()).join('\n')}\n`);
}
