import { execFile } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system that can be filled to its last byte without hurting anybody else. */
export interface SmallDisk {
  dir: string;
  fill(): Promise<void>;
  /** Gives back what `fill` took. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

/** An embedded database has some 60 MB when it is empty, and as much again of its write-ahead log. */
const SIZE_MB = 384;

/** Null where it may not be mounted, which takes root. */
export async function openSmallDisk(): Promise<SmallDisk | null> {
  const mountPoint = await mkdtemp(join(tmpdir(), 'pc-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', mountPoint]);
  } catch {
    await rm(mountPoint, { recursive: true });
    return null;
  }
  const ballast = join(mountPoint, 'ballast');
  return {
    dir: join(mountPoint, 'data'),
    async fill() {
      const { bavail, bsize } = statfsSync(mountPoint);
      // What the program wrote meanwhile is missing at the end of it, which is what is wanted.
      await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch(() => {});
    },
    free: () => rm(ballast, { force: true }),
    async remove() {
      await run('umount', ['--lazy', mountPoint]);
      await rm(mountPoint, { recursive: true });
    },
  };
}
