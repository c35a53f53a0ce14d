import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startExampleWorld } from '../tools/examples/world.ts';
import { redact, toolsPage } from './tools-page.ts';

/** Writes docs/tools.md. Run by `npm run docs:tools`. */
const world = await startExampleWorld(redact);
await writeFile(join(import.meta.dirname, '../../docs/tools.md'), await toolsPage(world));
await world.close();
