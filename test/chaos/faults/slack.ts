import type { Random } from '../../evidence/random.ts';
import type { FakeSlack } from '../../fakes/slack.ts';
import type { Stage } from '../stage.ts';
import { anywhere, type Fault, type Played } from './fault.ts';

type Failure = Parameters<FakeSlack['failNext']>[1];

const failures: readonly { name: string; failure: Failure }[] = [
  { name: 'Slack says 429', failure: { kind: 'rate-limit', retryAfterSeconds: 1 } },
  { name: 'Slack says 500', failure: { kind: 'status', status: 500 } },
  {
    name: 'Slack says 500 and has done it',
    failure: { kind: 'status', status: 500, accepted: true },
  },
  { name: 'Slack breaks the connection', failure: { kind: 'reset' } },
  {
    name: 'Slack breaks the connection and has done it',
    failure: { kind: 'reset', accepted: true },
  },
  { name: 'Slack does not answer', failure: { kind: 'hang' } },
  { name: 'Slack does not answer and has done it', failure: { kind: 'hang', accepted: true } },
];

/** One to three calls of Slack that go wrong. */
export const slackFaults: readonly Fault[] = failures.map(({ name, failure }) => ({
  name,
  fits: anywhere,
  play: (stage, random) => failCalls(stage, random, failure),
}));

async function failCalls({ world }: Stage, random: Random, failure: Failure): Promise<Played> {
  const method = random.pick(['chat.postMessage', 'chat.postMessage', 'chat.update']);
  const times = 1 + random.int(3);
  world.slack.failNext(method, ...Array.from({ length: times }, () => failure));
  return { detail: `${method}, ${times} times` };
}
