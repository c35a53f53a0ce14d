import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { isAside } from '../../src/evidence/evidence.ts';
import { Report } from '../../src/report/report.ts';
import { embeddedDirectory } from '../services/backends.ts';
import { type Asked, alertNameOf, investigates, turnsBefore } from './engineer.ts';
import {
  type Finished,
  type Place,
  type RunningProgram,
  runCommand,
  startProgram,
} from './program.ts';
import { alertBody, EXPRESSION, SECRETS } from './shop.ts';
import { cardsOf, concludedThread } from './thread.ts';
import {
  evidenceOf,
  incidentOf,
  post,
  type ShownIncident,
  startWorld,
  WEBHOOK_TOKEN,
  type World,
} from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const ALERT = 'CheckoutRestarts';

let world: World;
let place: Place;
let program: RunningProgram;
let whenAsked: (request: Asked) => void = () => {};

beforeAll(async () => {
  world = await startWorld({
    script: (request) => {
      whenAsked(request);
      return investigates(request);
    },
  });
  const data = await embeddedDirectory();
  place = world.with({ DATA_DIR: data.dir });
  program = await startProgram(['serve'], place);
  return async () => {
    program.kill('SIGKILL');
    await program.stopped;
    await Promise.all([world.close(), data.remove()]);
  };
});

function command(...args: string[]): Promise<Finished> {
  return runCommand(args, place);
}

describe('an alert that fires, fires again and resolves', () => {
  let incident: ShownIncident;

  beforeAll(async () => {
    const { slack } = world;
    await post(program.url, alertBody({ name: ALERT }));
    const [card] = await concludedThread(slack, ALERT);
    for (const [body, notice] of [
      [alertBody({ name: ALERT, startedAgo: 1 }), 'Looked again'],
      [alertBody({ name: ALERT, startedAgo: 1, status: 'resolved' }), 'Resolved'],
    ] as const) {
      await post(program.url, body);
      await slack.onMessage(({ threadTs, text }) => threadTs === card?.ts && text.includes(notice));
    }
    incident = await incidentOf(program.url, ALERT);
  });

  it('opens a thread that says so at once', () => {
    const posted = world.slack.requests.filter(({ method }) => method === 'chat.postMessage');
    expect(posted[0]?.args.text).toMatch(/^(⏳ Waiting to be investigated|🔎 Investigating…) — /);
    expect(posted[0]?.args).not.toHaveProperty('thread_ts');
  });

  it('ends as one card with the verdict first, and everything else as replies to it', () => {
    const [card, ...others] = cardsOf(world.slack, ALERT);
    expect(others).toEqual([]);
    expect(card?.text).toMatch(
      /^🔴 Action required — checkout needs more memory .*Do first: Raise/,
    );
    expect(card?.edits).toBeGreaterThan(0);
    const replies = world.slack.thread(card?.ts ?? '').slice(1);
    expect(replies.map(({ text }) => text)).toEqual([
      'Evidence · 2 of 2 claims checked',
      'Details',
      expect.stringMatching(/Fired again at .*CheckoutRestarts firing/),
      expect.stringMatching(
        /Looked again at .*: 2nd time in 24 h, same cause as before .*oom-killed/,
      ),
      expect.stringMatching(/Resolved at .*CheckoutRestarts resolved/),
    ]);
  });

  it('has a report in which each claim was found in the evidence it cites', async () => {
    expect(incident).toMatchObject({ status: 'resolved', state: 'concluded' });
    const { report } = incident;
    expect(report).toMatchObject({
      verdict: 'action_required',
      author: 'model',
      rootCause: { failureMode: 'oom-killed', confidence: 0.9 },
      gaps: [],
      stopped: null,
      usage: { turns: 3 },
    });
    expect(report?.claims).toHaveLength(2);
    for (const { citation, verified } of report?.claims ?? []) {
      expect(verified).toBe(true);
      const { text } = await evidenceOf(program.url, incident.id, citation.evidence);
      expect(text).toContain(citation.quote);
    }
  });

  it('was investigated through all three systems, with the expression of the alert itself', () => {
    expect(incident.runs).toHaveLength(1);
    const read = incident.runs[0]?.evidence.filter((line) => !isAside(line)) ?? [];
    const calls = read.map(({ tool, args }) => `${tool} ${args}`);
    expect(calls).toContain(`query_prometheus ${JSON.stringify({ query: EXPRESSION })}`);
    expect(calls.map((call) => call.split(' ')[0])).toEqual([
      ...['kubectl_get_pods', 'query_prometheus', 'search_logs', 'recent_changes'],
      ...['kubectl_describe_pod', 'kubectl_logs'],
      ...['search_logs', 'query_prometheus'],
    ]);
    expect(world.kubernetes.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('shows no secret to anybody', async () => {
    const ids = incident.runs[0]?.evidence.map(({ id }) => id) ?? [];
    const stored = await Promise.all(ids.map((id) => evidenceOf(program.url, incident.id, id)));
    const seen = {
      thread: JSON.stringify(world.slack.requests.map(({ args }) => args)),
      model: JSON.stringify(world.model.requests),
      answers: JSON.stringify([incident, stored]),
      output: program.output(),
    };
    // The systems did give them away, and what stands in their place got through.
    expect(seen.model).toContain('postgres://orders:[REDACTED:password:');
    expect(seen.answers).toContain('postgres://orders:[REDACTED:password:');
    const credentials = [WEBHOOK_TOKEN, world.slack.token, place.env.ANTHROPIC_API_KEY ?? ''];
    for (const secret of [...Object.values(SECRETS), ...credentials]) {
      for (const [where, text] of Object.entries(seen)) {
        expect(text.includes(secret), `${secret} in ${where}`).toBe(false);
      }
    }
  });

  it('can be listed, shown and run again from the same data directory, beside serve', async () => {
    const [list, show, run, unknown] = await Promise.all([
      command('replay', 'list'),
      command('replay', 'show', incident.id),
      command('replay', 'run', incident.id),
      command('replay', 'run', 'inc-unknown'),
    ]);
    expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining(incident.id) });
    expect(show).toMatchObject({ code: 0, stdout: expect.stringContaining('OOMKilled') });
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('Same conclusion as') });
    expect(run.stdout).toContain('Every call was answered from the recording.');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/^probable-cause: there is no incident .*"inc-unknown"/);
  });

  it('is exported as a case that comes to the same conclusion, and holds no secret', async () => {
    const exported = await command('replay', 'export', incident.id, '--to', 'exported');
    expect(exported.code, exported.stderr).toBe(0);
    const folder = join(place.dir, 'exported');
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
    expect(texts.length).toBeGreaterThan(6);
    for (const secret of Object.values(SECRETS)) expect(texts.join()).not.toContain(secret);

    const run = await command('replay', 'run', 'exported', '--json');
    const report = Report.parse(JSON.parse(run.stdout));
    const { usage: _, ...concluded } = report;
    expect(incident.report).toMatchObject(concluded);
  });
});

it('refuses to share its data directory with a second serve, and says which one it is', async () => {
  const second = await command('serve');
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(
    'Another probable-cause process is working in the data directory',
  );
  expect(second.stderr).toContain(place.env.DATA_DIR);
  expect(second.stderr).not.toMatch(/\n\s+at /);
});

it('ends what it is at when it is told to stop, and leaves it for all to read', async () => {
  const name = 'StopsMeanwhile';
  whenAsked = (request) => {
    // A second signal would end it at once.
    if (alertNameOf(request) === name && turnsBefore(request) === 0) program.kill('SIGTERM');
  };
  await post(program.url, alertBody({ name }));
  expect(await program.stopped).toEqual({ code: 0, signal: null });
  expect(program.output()).toContain('stopping: letting running work end');
  expect(program.output()).not.toMatch(/"level":(50|60)/);

  const { stdout } = await command('replay', 'list');
  const id = /^(inc-\w+) .*StopsMeanwhile/m.exec(stdout)?.[1] ?? '';
  const run = await command('replay', 'run', id, '--json');
  expect(Report.parse(JSON.parse(run.stdout))).toMatchObject({
    incidentId: id,
    verdict: 'action_required',
    author: 'model',
  });
});
