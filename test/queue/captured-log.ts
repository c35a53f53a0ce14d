import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

/** A logger whose lines a test can read. */
export function capturedLog(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { log: pino(stream), lines };
}
