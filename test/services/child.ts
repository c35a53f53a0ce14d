import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A script of the tests in a process of its own, to be killed: nothing else plays a crash. */
export interface Child {
  /** Resolves with the next line on its standard output. */
  line(): Promise<string>;
  /** SIGKILL. Resolves when it is gone, with all lines that `line` has not given out. */
  kill(): Promise<string[]>;
}

export function startChild(script: URL, ...args: string[]): Child {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended`);
      return value;
    },
    kill: async () => {
      child.kill('SIGKILL');
      const rest: string[] = [];
      for await (const line of { [Symbol.asyncIterator]: () => lines }) rest.push(line);
      await closed;
      return rest;
    },
  };
}
