import { existsSync, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ScratchDirectory {
  dir: string;
  remove(): Promise<void>;
}

const SHARED_MEMORY = '/dev/shm';
/** A container's shared memory may be 64 MB, which two databases fill. */
const ROOM_BYTES = 2 ** 30;

/** A temporary directory, in memory where there is room: databases are a thousand files. */
export async function scratchDirectory({ onDisk = false } = {}): Promise<ScratchDirectory> {
  const dir = await mkdtemp(join(!onDisk && hasRoom() ? SHARED_MEMORY : tmpdir(), 'pc-test-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

function hasRoom(): boolean {
  if (!existsSync(SHARED_MEMORY)) return false;
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  return bavail * bsize > ROOM_BYTES;
}
