import { createMatcher, type LineTest } from './pattern-matcher.ts';
import { compile } from './pattern-program.ts';
import { parsePattern } from './pattern-syntax.ts';

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
  const matches = createMatcher(compile(parsePattern(foldPattern(pattern, flag === 'i'))));
  return (line) => matches(fold(line));
}

/** In lower case but for what follows a backslash, where the case is a meaning. */
function foldPattern(pattern: string, insensitive: boolean): string {
  return insensitive
    ? pattern.replace(/\\.|[^\\]/gs, (part) => (part.startsWith('\\') ? part : part.toLowerCase()))
    : pattern;
}
