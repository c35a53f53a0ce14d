import type { Channel } from '../channel.ts';
import { renderTerminal, type TerminalBody, type TerminalStyle } from './render.ts';

export interface TerminalOptions extends TerminalStyle {
  /** Gets whole lines, each call ending with a newline. */
  write(text: string): void;
}

/**
 * The thread on a terminal, which can only be added to: an edit of the card prints the progress that is new,
 * and the whole card once it is final. Where another thread goes on than the one that was told last, its
 * heading comes first, as `tail -f` does with files. What was printed is remembered only while the process lives, so
 * that after a restart a thread starts again at the top.
 */
export function createTerminalChannel({ write, ...style }: TerminalOptions): Channel<TerminalBody> {
  /** How many lines of progress each unfinished card has shown, by marker. */
  const printed = new Map<string, number>();
  let toldLast: string | null = null;

  function print({ thread, text, progress }: TerminalBody, marker: string): void {
    const shown = printed.get(marker);
    if (shown === undefined || progress === null) tell(thread, `\n${text}\n`);
    if (progress === null) {
      printed.delete(marker);
      return;
    }
    for (const line of progress.slice(shown ?? 0)) tell(thread, `${line}\n`);
    printed.set(marker, progress.length);
  }

  function tell(thread: string, lines: string): void {
    write(thread === toldLast ? lines : `\n${thread}\n${lines}`);
    toldLast = thread;
  }

  return {
    name: 'terminal',
    render: (view) => renderTerminal(view, style),
    post: async ({ body }, { marker }) => {
      print(body, marker);
      return { marker };
    },
    edit: async (_ref, { body }, marker) => print(body, marker),
    find: async () => null,
  };
}
