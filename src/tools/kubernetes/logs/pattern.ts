import { ToolError } from '../../tool.ts';
import {
  type Assertion,
  type CharacterTest,
  isWord,
  parsePattern,
  type Syntax,
} from './pattern-syntax.ts';

const MAX_PROGRAM = 1_000;
/** Over all lines: well under a second. Only patterns that are made to be costly come near. */
const MAX_STEPS = 1_000_000;
/** Remembered at a time. */
const MAX_TRANSITIONS = 50_000;

export type LineTest = (line: string) => boolean;

/**
 * Which lines `grep` asks for: those that hold it, case folded, or with slashes around it those that match it
 * as a regular expression (`/time ?out|refused/`, `/…/i`). It runs in time linear in the line, whatever the
 * pattern: a log line is written by anybody, so no line and no pattern may hang this process, as those of
 * JavaScript's own engine can.
 *
 * @throws ToolError for a pattern that is none, or too large; the test, when the lines cost too much.
 */
export function lineTest(grep: string): LineTest {
  const regex = /^\/(.+)\/(i?)$/s.exec(grep);
  if (!regex) {
    const wanted = grep.toLowerCase();
    return (line) => line.toLowerCase().includes(wanted);
  }
  const [, pattern = '', flag] = regex;
  const fold = flag === 'i' ? (text: string) => text.toLowerCase() : (text: string) => text;
  const program = compile(parsePattern(foldPattern(pattern, flag === 'i')));
  const matches = createMatcher(program);
  return (line) => matches(fold(line));
}

/** In lower case but for what follows a backslash, where the case is a meaning. */
function foldPattern(pattern: string, insensitive: boolean): string {
  return insensitive
    ? pattern.replace(/\\.|[^\\]/gs, (part) => (part.startsWith('\\') ? part : part.toLowerCase()))
    : pattern;
}

type Instruction =
  | { op: 'character'; test: CharacterTest }
  | { op: 'assertion'; holds: Assertion }
  /** Goes on at all of these places at once. */
  | { op: 'fork'; to: number[] }
  | { op: 'match' };

/** After Ken Thompson: https://swtch.com/~rsc/regexp/regexp2.html */
function compile(syntax: Syntax): Instruction[] {
  const program: Instruction[] = [];
  emit(program, syntax);
  push(program, { op: 'match' });
  return program;
}

function emit(program: Instruction[], syntax: Syntax): void {
  switch (syntax.kind) {
    case 'character':
      push(program, { op: 'character', test: syntax.test });
      return;
    case 'assertion':
      push(program, { op: 'assertion', holds: syntax.holds });
      return;
    case 'sequence':
      for (const part of syntax.parts) emit(program, part);
      return;
    case 'alternatives':
      emitAlternatives(program, syntax.options);
      return;
    case 'repeat':
      emitRepeat(program, syntax.of, syntax.min, syntax.max);
  }
}

function emitAlternatives(program: Instruction[], options: readonly Syntax[]): void {
  const fork = push(program, { op: 'fork', to: [] });
  const ends = options.map((option) => {
    fork.push(program.length);
    emit(program, option);
    return push(program, { op: 'fork', to: [] });
  });
  for (const end of ends) end.push(program.length);
}

function emitRepeat(program: Instruction[], of: Syntax, min: number, max: number | null): void {
  for (let count = 0; count < min; count += 1) emit(program, of);
  if (max === null) {
    const start = program.length;
    const fork = push(program, { op: 'fork', to: [start + 1] });
    emit(program, of);
    push(program, { op: 'fork', to: [start] });
    fork.push(program.length);
    return;
  }
  const exits: number[][] = [];
  for (let count = min; count < max; count += 1) {
    exits.push(push(program, { op: 'fork', to: [program.length + 1] }));
    emit(program, of);
  }
  for (const exit of exits) exit.push(program.length);
}

/** The targets of a fork, some of which are known only later; nothing for any other instruction. */
function push(program: Instruction[], instruction: Instruction): number[] {
  if (program.length >= MAX_PROGRAM) {
    throw new ToolError('grep: the pattern repeats too much. Use smaller counts.');
  }
  program.push(instruction);
  return instruction.op === 'fork' ? instruction.to : [];
}

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
 */
function createMatcher(program: readonly Instruction[]): LineTest {
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
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (reached.has(place)) continue;
    reached.add(place);
    const instruction = program[place];
    switch (instruction?.op) {
      case 'match':
        return { places: 'match' as const, steps: reached.size };
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
  return { places: [...next].sort((a, b) => a - b), steps: reached.size };
}
