import { chmod, mkdir, mkdtemp, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { DirectoryInUse, lockDirectory } from './directory-lock.ts';
import { SharedPGlite } from './shared-pglite.ts';

/** A way to reach an embedded database: the directory to give to a PostgreSQL client as its host. */
export interface EmbeddedDatabase {
  socketDirectory: string;
  close(): Promise<void>;
}

/** PostgreSQL clients append this name to a host that is a directory. */
const SOCKET = '.s.PGSQL.5432';
/** `sockaddr_un` holds 108 bytes with the final NUL on Linux, 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 103;
/** Pools of one process and the commands that attach to it; they cost nothing while idle. */
const MAX_CONNECTIONS = 100;

/**
 * Starts PostgreSQL (PGlite: WebAssembly, in this process) on the files of a data directory, and serves it on
 * a unix socket there, so that everything above it speaks to it as to any PostgreSQL.
 *
 * A killed process loses nothing that was acknowledged. A power cut may: PGlite does not fsync. Who needs
 * that sets DATABASE_URL.
 *
 * @param queueSchema Goes on the search path of the only session there is. PGlite ignores the start-up
 * parameters of its clients, so the queue, whose statements name no schema, cannot set it for itself.
 * @throws DirectoryInUse when another process has the directory.
 */
export async function startEmbedded(
  dataDirectory: string,
  queueSchema: string,
): Promise<EmbeddedDatabase> {
  const directory = resolve(dataDirectory);
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const lock = lockDirectory(directory);
    undo.push(() => lock.release());
    const postgres = await openFiles(join(directory, 'postgres'));
    undo.push(() => postgres.close());
    await postgres.exec(
      `CREATE SCHEMA IF NOT EXISTS ${queueSchema}; SET search_path TO ${queueSchema}`,
    );
    const { path, remove } = await shortPath(directory);
    undo.push(remove);
    undo.push(await listen(postgres, join(path, SOCKET)));
    return { socketDirectory: path, close };
  } catch (error) {
    await close();
    if (error instanceof DirectoryInUse) throw error;
    throw new Error(
      `The data directory ${directory} (DATA_DIR) could not be opened: ${reasonOf(error)}. ` +
        'It must be writable, and made by this version or an older one.',
    );
  }
}

/** PGlite's file system throws what is no Error: an object with an `errno`, and maybe a `message`. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('message' in error && typeof error.message === 'string') return error.message;
  return 'errno' in error ? `its file system failed (errno ${String(error.errno)})` : 'unknown';
}

/** Reaches the database of the process that has the directory open. */
export async function attachEmbedded(dataDirectory: string): Promise<EmbeddedDatabase> {
  const { path, remove } = await shortPath(resolve(dataDirectory));
  return { socketDirectory: path, close: remove };
}

async function openFiles(files: string): Promise<SharedPGlite> {
  const found = await stat(files).catch(() => null);
  if (found === null) await initialise(files);
  else if (!found.isDirectory()) throw new Error(`${files} is a file and should be a folder`);
  const postgres = new SharedPGlite(files);
  await postgres.waitReady;
  return postgres;
}

/** @returns What stops it. */
async function listen(postgres: SharedPGlite, socket: string): Promise<() => Promise<void>> {
  // What a killed process left behind; the lock says that nobody listens on it.
  await rm(socket, { force: true });
  const server = new PGLiteSocketServer({
    db: postgres,
    path: socket,
    maxConnections: MAX_CONNECTIONS,
  });
  await server.start();
  // There is no password behind it.
  await chmod(socket, 0o600);
  return () => server.stop();
}

/** All or nothing: a process that is killed here leaves no half-made database to be opened later. */
async function initialise(files: string): Promise<void> {
  const unfinished = `${files}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const postgres = new SharedPGlite(unfinished);
  await postgres.waitReady;
  await postgres.close();
  await rename(unfinished, files);
}

/** The path to a socket is limited, that of a data directory is not: a link gives a long one a short name. */
async function shortPath(
  directory: string,
): Promise<{ path: string; remove: () => Promise<void> }> {
  if (Buffer.byteLength(join(directory, SOCKET)) <= MAX_SOCKET_PATH_BYTES) {
    return { path: directory, remove: async () => {} };
  }
  const holder = await mkdtemp(join(tmpdir(), 'probable-cause-'));
  const path = join(holder, 'data');
  await symlink(directory, path);
  return { path, remove: () => rm(holder, { recursive: true, force: true }) };
}
