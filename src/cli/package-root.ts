import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The folder of package.json: two folders up from here in the source, three in `dist`. */
function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('the installation is broken: no package.json above the program');
    folder = parent;
  }
  return folder;
}

const Manifest = z.object({ version: z.string() });

export function packageVersion(): string {
  return Manifest.parse(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')))
    .version;
}

/** Where the cases lie that come with the program. */
export function shippedCases(): string {
  return join(packageRoot(), 'examples', 'cases');
}
