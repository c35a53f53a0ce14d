import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openDatabase } from '../../src/store/database.ts';
import { scratchDirectory } from './scratch.ts';

/** Run on its own by the global setup: `initdb` in WebAssembly takes seconds, opening a copy does not. */
const template = process.argv[2];
if (template === undefined) throw new Error('usage: embedded-template.ts <directory>');
if (!existsSync(template)) {
  const { dir: made, remove } = await scratchDirectory();
  const database = await openDatabase({ dataDir: made });
  await database.close();
  await mkdir(dirname(template), { recursive: true });
  // Under another name first: who waits for the template must find it complete.
  const copy = `${template}.${process.pid}`;
  await cp(made, copy, { recursive: true });
  await rename(copy, template).catch(() => rm(copy, { recursive: true }));
  await remove();
}
