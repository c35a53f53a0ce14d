import { beforeAll, describe, expect, it, vi } from 'vitest';
import { embeddedDirectory } from '../services/backends.ts';
import { type Place, type RunningProgram, runCommand, startProgram } from './program.ts';
import { alertBody } from './shop.ts';
import { cardsOf, concludedThread } from './thread.ts';
import { incidentOf, post, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const ALERT = 'AskedAboutAgain';
const API_TOKEN = 'api-token-Zk81mWq4';

let world: World;
let place: Place;
let program: RunningProgram;

beforeAll(async () => {
  world = await startWorld();
  const data = await embeddedDirectory();
  place = world.with({ DATA_DIR: data.dir });
  program = await startProgram(['serve'], place);
  await post(program.url, alertBody({ name: ALERT }));
  await concludedThread(world.slack, ALERT);
  return async () => {
    program.kill('SIGKILL');
    await program.stopped;
    await Promise.all([world.close(), data.remove()]);
  };
});

const investigate = (...args: string[]) => runCommand(['investigate', ...args], place);

describe('a person who asks for an investigation while serve runs', () => {
  it('gets a second one in the same thread, paid for and told of as asked', async () => {
    const { id, runs } = await incidentOf(program.url, ALERT);
    expect(runs).toHaveLength(1);
    const turns = world.model.requests.length;
    const concluded = program.onLog(
      ({ msg, run }) => msg === 'investigation concluded' && run !== runs[0]?.id,
    );

    const asked = await investigate(id, '--url', program.url);
    expect(asked, asked.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(asked.stdout).toMatch(new RegExp(`^Asked for: ${id}-\\w{8}\\.`));
    expect(asked.stdout).not.toContain('no model');

    const { run } = await concluded;
    expect(asked.stdout).toContain(`${run}`);
    expect((await incidentOf(program.url, ALERT)).runs.map((known) => known.id)).toEqual([
      run,
      runs[0]?.id,
    ]);
    expect(world.model.requests.length).toBe(2 * turns);
    const [card, ...others] = cardsOf(world.slack, ALERT);
    expect(others).toEqual([]);
    const isTold = ({ text }: { text: string }) => text.includes('A person asked');
    const told = await world.slack.onMessage(isTold);
    expect(told.threadTs).toBe(card?.ts);
    expect(world.slack.messages.filter(isTold)).toEqual([told]);
  });

  it('is told what to do when it cannot be asked', async () => {
    const [unknown, nowhere, wrong, free] = await Promise.all([
      investigate('inc-unknown', '--url', program.url),
      investigate('inc-unknown', '--url', 'http://127.0.0.1:1'),
      investigate('inc-unknown', '--url', 'localhost:8080'),
      investigate('inc-unknown'),
    ]);
    expect(unknown.stderr).toMatch(
      /answered 404: There is no incident inc-unknown\. "replay list"/,
    );
    expect(nowhere.stderr).toMatch(/nothing answers at http:\/\/127\.0\.0\.1:1 .*start one/);
    expect(wrong.stderr).toMatch(/--url takes where the API is/);
    expect(free.stderr).toMatch(/PORT is 0.*--url/);
    for (const { code, stdout } of [unknown, nowhere, wrong, free]) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }
  });
});

it('asks with API_TOKEN, and is refused in words with another', async () => {
  const data = await embeddedDirectory();
  const own = world.with({ DATA_DIR: data.dir, API_TOKEN });
  const guarded = await startProgram(['serve'], own);
  try {
    const args = ['investigate', 'inc-unknown', '--url', guarded.url];
    const [right, wrong] = await Promise.all([
      runCommand(args, own),
      runCommand(args, world.with({ API_TOKEN: 'another' })),
    ]);
    expect(right.stderr).toContain('answered 404');
    expect(wrong.stderr).toContain('answered 401: The bearer token is not API_TOKEN.');
  } finally {
    guarded.kill('SIGKILL');
    await guarded.stopped;
    await data.remove();
  }
});
