import { existsSync, globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export function findRedis(): string | null {
  const paths = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'redis-server'));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** The directory of the newest PostgreSQL's programs. Debian keeps them off the PATH. */
export function findPostgres(): string | null {
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => version(b) - version(a));
  const onPath = (process.env.PATH ?? '').split(delimiter);
  const complete = (dir: string) =>
    existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres'));
  return [...debian, ...onPath].find(complete) ?? null;
}

function version(dir: string): number {
  return Number(/postgresql\/(\d+)/.exec(dir)?.[1] ?? 0);
}

/** PostgreSQL refuses to run as root; then it runs as the first of these that exists. */
export function unprivilegedUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find(([user]) => user === name) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
}
