import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../evidence/random.ts';
import type { Stage } from '../stage.ts';
import type { Direction } from '../tcp-proxy.ts';
import { inSeconds } from '../words.ts';
import {
  anywhere,
  between,
  type Fault,
  forAWhile,
  killWorkers,
  moment,
  onServers,
  type Played,
  resumption,
} from './fault.ts';

/** Deaths of the product's own processes, at points that are found from outside. */
export const processFaults: readonly Fault[] = [
  {
    name: 'the receiver is killed before the queue has the job',
    fits: onServers,
    play: (stage) => killReceiver(stage, 'requests'),
  },
  {
    name: 'the receiver is killed after the queue took the job, before the 202',
    fits: onServers,
    play: (stage) => killReceiver(stage, 'replies'),
  },
  {
    name: 'the workers are killed before the store hears of a write',
    fits: onServers,
    play: (stage) => killAtStore(stage, 'requests'),
  },
  {
    name: 'the workers are killed after the store wrote, before they hear of it',
    fits: onServers,
    play: (stage) => killAtStore(stage, 'replies'),
  },
  { name: 'the workers are killed in a model turn', fits: anywhere, play: killInModelTurn },
  {
    name: 'the workers are killed after a Slack post, before its record',
    fits: anywhere,
    play: killAfterPost,
  },
  {
    name: 'the workers are killed at a random instant',
    fits: anywhere,
    async play(stage, random) {
      await setTimeout(random.int(1_000));
      await killWorkers(stage);
      return {};
    },
  },
  {
    name: 'one worker hangs for longer than its locks, and then goes on',
    fits: anywhere,
    async play({ workers }, random) {
      const worker = workers[random.int(workers.length)] ?? workers[0];
      const ms = between(random, 5_500, 8_000);
      worker.signal('SIGSTOP');
      await forAWhile(ms, () => worker.signal('SIGCONT'));
      return { detail: `${worker.name}, ${inSeconds(ms)}` };
    },
  },
  { name: 'a rolling restart', fits: anywhere, play: restartOneByOne },
];

async function killReceiver(
  { networks: { intake }, receiver, recorder }: Stage,
  direction: Direction,
): Promise<Played> {
  if (intake === undefined) throw new Error('the receiver has no network of its own');
  const hold = intake.hold(direction);
  try {
    await moment('a delivery', hold.caught);
    await receiver.kill();
  } finally {
    // What is still on its way when a process dies is lost with its connection.
    intake.reset();
    hold.release();
  }
  return { resumed: await resumption([receiver], recorder.nextAccepted()) };
}

async function killAtStore(stage: Stage, direction: Direction): Promise<Played> {
  const { store } = stage.networks;
  if (store === undefined) throw new Error('the store has no network of its own');
  const hold = store.hold(direction);
  try {
    await moment('a use of the store', hold.caught);
    await killWorkers(stage);
  } finally {
    store.reset();
    hold.release();
  }
  return {};
}

async function killInModelTurn(stage: Stage): Promise<Played> {
  const name = await moment('a model turn', stage.moods.next({ broken: 'silent' }));
  const goesOn = stage.moods.asked(name);
  await killWorkers(stage);
  return { detail: name, resumed: await resumption(stage.workers, goesOn) };
}

async function killAfterPost(stage: Stage): Promise<Played> {
  const { slack } = stage.world;
  const before = new Set(slack.messages);
  slack.failNext('chat.postMessage', { kind: 'hang', accepted: true });
  const post = await moment(
    'a Slack post',
    slack.onMessage((message) => !before.has(message)),
  );
  await killWorkers(stage);
  const root = post.threadTs ?? post.ts;
  const edits = new Map(slack.thread(root).map((message) => [message.ts, message.edits]));
  const goesOn = slack.onMessage(
    ({ ts, threadTs, edits: now }) =>
      (threadTs ?? ts) === root && now > (edits.get(ts) ?? Number.NEGATIVE_INFINITY),
  );
  return {
    detail: post.threadTs === null ? 'a card' : 'a reply',
    resumed: await resumption(stage.workers, goesOn),
  };
}

async function restartOneByOne({ receiver, workers }: Stage, random: Random): Promise<Played> {
  for (const program of new Set([receiver, ...workers])) {
    await program.terminate();
    await program.up();
    await setTimeout(random.int(300));
  }
  return {};
}
