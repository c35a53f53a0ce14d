import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { oneLine, truncate } from '../lib/escape.ts';
import { valueAt } from '../lib/value-at.ts';

type Issue = z.core.$ZodIssue;

/** A caller may send hundreds of wrong arguments; the first few and the accepted ones are enough. */
const MAX_TOLD = 5;
const MAX_NAME = 60;

/**
 * What is wrong with the arguments of a tool, for a model that is to call again: what is missing, what is no
 * argument and what it was perhaps meant to be, what has another form, and the arguments that there are.
 */
export function argumentProblems(
  tool: { name: string; input: z.ZodObject },
  args: Record<string, unknown>,
  issues: readonly Issue[],
): string {
  const accepted = Object.keys(tool.input.shape);
  const free = accepted.filter((name) => !Object.hasOwn(args, name));
  const problems = issues.flatMap(single);
  const told = problems.slice(0, MAX_TOLD).map((issue) => inWords(issue, args, free));
  if (problems.length > told.length) told.push(`${problems.length - told.length} more`);
  return `Invalid arguments for tool ${tool.name}: ${told.join('; ')}. ${acceptedArguments(tool.input)}`;
}

/** One for each key that there is not. */
function single(issue: Issue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ ...issue, keys: [key] }));
}

function inWords(issue: Issue, args: unknown, free: readonly string[]): string {
  if (issue.code === 'unrecognized_keys') {
    // Arguments that are still free could be meant; inside of an argument nothing is known of that.
    return noArgument(pathOf([...issue.path, ...issue.keys]), issue.path.length === 0 ? free : []);
  }
  const path = pathOf(issue.path);
  if (path === '') return issue.message;
  if (valueAt(args, issue.path) === undefined) return `${path} is missing`;
  const form = formOf(issue);
  if (form !== null) return `${path} ${form}`;
  // Messages of our own schemas complete a sentence; what others say stands by itself.
  return issue.message.startsWith('must ')
    ? `${path} ${issue.message}`
    : `${path}: ${issue.message}`;
}

function noArgument(name: string, candidates: readonly string[]): string {
  const meant = nearest(name, candidates);
  return `${name} is no argument${meant === null ? '' : ` (did you mean ${meant}?)`}`;
}

/** Null where the message of the schema says it as well. */
function formOf(issue: Issue): string | null {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    default:
      return null;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' items' : '';
}

function acceptedArguments(input: z.ZodObject): string {
  const names = Object.entries(input.shape).map(([name, schema]) =>
    z.safeParse(schema, undefined).success ? name : `${name} (required)`,
  );
  return names.length === 0 ? 'It takes no arguments.' : `It takes: ${names.join(', ')}.`;
}

/** An abbreviation (`ns`) before a misspelling; null when nothing is near. */
function nearest(name: string, candidates: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  const abbreviated = candidates.find((candidate) => abbreviates(wanted, candidate));
  if (abbreviated !== undefined) return abbreviated;
  const [best] = candidates.toSorted((a, b) => distance(wanted, a) - distance(wanted, b));
  if (best === undefined) return null;
  return distance(wanted, best) <= Math.max(2, best.length / 2) ? best : null;
}

/** Whether all its letters occur in the candidate in their order, beginning with the first. */
function abbreviates(wanted: string, candidate: string): boolean {
  if (wanted[0] !== candidate[0]) return false;
  let at = 0;
  for (const letter of candidate) if (letter === wanted[at]) at += 1;
  return at === wanted.length;
}

/** Keys come from the caller. */
function pathOf(path: readonly PropertyKey[]): string {
  return truncate(oneLine(path.map(String).join('.')), MAX_NAME);
}
