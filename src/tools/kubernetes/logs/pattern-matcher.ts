import { ToolError } from '../../tool.ts';
import type { Instruction } from './pattern-program.ts';
import { isWord } from './pattern-syntax.ts';

/**
 * Tests of a character, and other instructions gone through, over all lines: well under a second. Only patterns
 * that are made to be costly come near.
 */
const MAX_STEPS = 1_000_000;
/** Remembered at a time. */
const MAX_TRANSITIONS = 50_000;

export type LineTest = (line: string) => boolean;

/** What has been read of a line: where the program may go on, after which unit. */
interface State {
  places: readonly number[];
  before: number;
  /** By the next unit, as far as it has been met. */
  next: Map<number, State | 'match'>;
}

/**
 * All places of the program at once, one unit of the line after the other. What a set of places becomes with a
 * unit is worked out once and then looked up, so that most lines cost one look-up a character.
 *
 * @throws ToolError the test, when the lines cost too much.
 */
export function createMatcher(program: readonly Instruction[]): LineTest {
  const known = new Map<string, State>();
  let transitions = 0;
  let left = MAX_STEPS;
  const stateOf = (places: readonly number[], before: number): State => {
    const key = `${before}:${places.join()}`;
    const state = known.get(key) ?? { places, before, next: new Map() };
    known.set(key, state);
    return state;
  };
  const advance = (state: State, code: number): State | 'match' => {
    const { places, steps } = step(program, state, code);
    left -= steps;
    if (left < 0) {
      throw new ToolError('grep: the pattern is too costly for this log. Use a simpler one.');
    }
    if (transitions >= MAX_TRANSITIONS) {
      known.clear();
      transitions = 0;
    }
    transitions += 1;
    const next = places === 'match' ? places : stateOf(places, isWord(code) ? A_WORD : NO_WORD);
    state.next.set(code, next);
    return next;
  };
  return (line) => {
    let state = stateOf([], Number.NaN);
    // One more than there are: at the end the unit is NaN.
    for (let at = 0; at <= line.length; at += 1) {
      const code = line.charCodeAt(at);
      const next = state.next.get(code) ?? advance(state, code);
      if (next === 'match') return true;
      state = next;
    }
    return false;
  };
}

/** Assertions ask no more of the unit before than whether it is part of a word. */
const [A_WORD, NO_WORD] = [97, 32];

function step(program: readonly Instruction[], { places, before }: State, code: number) {
  // A match may begin anywhere.
  const open = [...places, 0];
  const reached = new Set<number>();
  const next = new Set<number>();
  let steps = 0;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (reached.has(place)) continue;
    reached.add(place);
    const instruction = program[place];
    steps += instruction?.op === 'character' ? instruction.cost : 1;
    switch (instruction?.op) {
      case 'match':
        return { places: 'match' as const, steps };
      case 'character':
        if (instruction.test(code)) next.add(place + 1);
        break;
      case 'fork':
        open.push(...instruction.to);
        break;
      case 'assertion':
        if (instruction.holds(before, code)) open.push(place + 1);
    }
  }
  return { places: [...next].sort((a, b) => a - b), steps };
}
