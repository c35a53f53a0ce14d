import { ToolError } from '../../tool.ts';
import type { Assertion, CharacterTest, Syntax } from './pattern-syntax.ts';

/** Visits of the parts of a pattern while it is compiled, and so the instructions that it becomes. */
const MAX_VISITS = 2_000;

export type Instruction =
  | { op: 'character'; test: CharacterTest; cost: number }
  | { op: 'assertion'; holds: Assertion }
  /** Goes on at all of these places at once. */
  | { op: 'fork'; to: number[] }
  | { op: 'match' };

/**
 * After Ken Thompson: https://swtch.com/~rsc/regexp/regexp2.html
 *
 * @throws ToolError for a pattern whose counts multiply to too much.
 */
export function compile(syntax: Syntax): Instruction[] {
  if (visitsOf(syntax) > MAX_VISITS) {
    throw new ToolError('grep: the pattern repeats too much. Use smaller counts.');
  }
  const program: Instruction[] = [];
  emit(program, syntax);
  push(program, { op: 'match' });
  return program;
}

/**
 * As often as `emit` is called for a syntax and its parts, or more. Known before the first call, since what
 * emits nothing is gone through all the same: `((){50}){50}` has no instruction. Never less than there are of those.
 */
function visitsOf(syntax: Syntax): number {
  switch (syntax.kind) {
    case 'character':
    case 'assertion':
      return 1;
    case 'sequence':
      return syntax.parts.reduce((sum, part) => sum + visitsOf(part), 1);
    case 'alternatives':
      return syntax.options.reduce((sum, option) => sum + 1 + visitsOf(option), 1);
    case 'repeat': {
      const { of, min, max } = syntax;
      return 1 + Math.max(min, max ?? min + 1) * (1 + visitsOf(of));
    }
  }
}

function emit(program: Instruction[], syntax: Syntax): void {
  switch (syntax.kind) {
    case 'character':
      push(program, { op: 'character', test: syntax.test, cost: syntax.cost });
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
  program.push(instruction);
  return instruction.op === 'fork' ? instruction.to : [];
}
