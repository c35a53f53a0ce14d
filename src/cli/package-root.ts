import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

export function packageVersion(): string {
  const file = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  const manifest: { version: string } = JSON.parse(file);
  return manifest.version;
}

/** Where the cases lie that come with the program. */
export function shippedCases(): string {
  return join(packageRoot(), 'examples', 'cases');
}
