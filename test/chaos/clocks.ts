import { globSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../e2e/program.ts';

/** The time of day as the programs see it; Redis, PostgreSQL and the senders keep the true one. */
export interface Clocks {
  /** For the programs whose clock is to be set. */
  env: Env;
  /** Seconds by which it is wrong from now on, within about a second. */
  set(offsetSeconds: number): Promise<void>;
}

/** Null when faketime is not installed. */
export async function openClocks(dir: string): Promise<Clocks | null> {
  const [library] = globSync('/usr/lib/{*/,}faketime/libfaketimeMT.so.1');
  if (library === undefined) return null;
  const file = join(dir, 'clock');
  const set = async (offsetSeconds: number) => {
    // Appears complete: it may be read at any moment.
    await writeFile(`${file}.new`, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}`);
    await rename(`${file}.new`, file);
  };
  await set(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      // As on a real machine: setting the time of day moves no timer.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
