import { createInterface } from 'node:readline/promises';
import { CommandError } from './command-error.ts';

/**
 * Asks the person at the terminal; anything but yes is no.
 * @param unasked What to say when there is none, such as `queue drop: nobody is here to be asked; …`.
 */
export async function confirmed(question: string, unasked: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CommandError(unasked);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
