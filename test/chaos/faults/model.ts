import type { ScriptedTurn } from '../../fakes/anthropic.ts';
import { anywhere, type Fault } from './fault.ts';

const turns: readonly { name: string; turn: ScriptedTurn }[] = [
  { name: 'the model hangs before its headers', turn: { broken: 'silent' } },
  { name: 'the model hangs in its answer', turn: { broken: 'hang' } },
  {
    name: 'the model is overloaded',
    turn: { status: 529, type: 'overloaded_error', message: 'Overloaded' },
  },
  { name: 'the model gives half an event', turn: { broken: 'half-json' } },
  { name: 'the model is a sign-in page', turn: { broken: 'html' } },
  { name: 'the model breaks off', turn: { broken: 'truncated' } },
  { name: 'the connection to the model breaks', turn: { broken: 'reset' } },
  {
    name: 'the model talks nonsense',
    turn: { content: [{ type: 'text', text: 'The pod is sad because Mercury is retrograde.' }] },
  },
];

/** One to three turns of the model that go wrong. */
export const modelFaults: readonly Fault[] = turns.map(({ name, turn }) => ({
  name,
  fits: anywhere,
  async play({ moods }, random) {
    const times = 1 + random.int(3);
    for (let spoilt = 0; spoilt < times; spoilt += 1) void moods.next(turn);
    return { detail: `${times} times` };
  },
}));
