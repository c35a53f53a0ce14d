import { join } from 'node:path';
import { MendableError } from '../lib/mendable-error.ts';

/** Held until `release`, or until the process ends in whatever way. */
export interface DirectoryLock {
  release(): void;
}

/** Another process works in the data directory. The message says what to do. */
export class DirectoryInUse extends MendableError {
  override readonly name = 'DirectoryInUse';
}

/** `SQLITE_BUSY`: another connection holds the file's lock. */
const SQLITE_BUSY = 5;

/**
 * Makes sure that one process at a time opens the directory: two on the same files would destroy them.
 *
 * The lock is an exclusive SQLite transaction, because SQLite takes a lock of the kernel's: it is gone at
 * the moment the holder is, also after kill -9, and it is seen from other containers that share the volume.
 * A file with a process id in it is neither.
 *
 * @throws DirectoryInUse
 */
export function lockDirectory(directory: string): DirectoryLock {
  const { DatabaseSync } = loadSqlite();
  const file = new DatabaseSync(join(directory, 'lock'));
  try {
    file.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw isBusy(error) ? new DirectoryInUse(inUse(directory)) : error;
  }
  return { release: () => file.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function inUse(directory: string): string {
  return (
    `Another probable-cause process is working in the data directory ${directory}. ` +
    'Stop that one, give this one a directory of its own with DATA_DIR, ' +
    'or set DATABASE_URL to a PostgreSQL that both can share.'
  );
}

/** Node 22 announces `node:sqlite` as experimental when it is loaded; no user can act on that. */
function loadSqlite() {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
