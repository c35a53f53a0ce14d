import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Delivery } from '../../src/alert/alert.ts';
import { sources } from '../../webhooks/server.ts';

const root = new URL('../../webhooks/sources/', import.meta.url);
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

it('serves every source that has a folder, under the name of the folder', () => {
  expect(sources.map((source) => source.name).sort()).toEqual(folders.sort());
  expect([...Delivery.shape.source.options].sort()).toEqual(folders.sort());
});

it.each(folders)('has the files that every source has: %s', (folder) => {
  for (const file of ['index.ts', 'schema.ts', 'decode.ts']) {
    expect(existsSync(new URL(`${folder}/${file}`, root)), file).toBe(true);
  }
});

it.each(folders)(
  'exports its source under its own name, from the file of its name: %s',
  async (folder) => {
    const index: Record<string, unknown> = await import(`${root}${folder}/index.ts`);
    expect({ ...index }).toEqual({ [folder]: sources.find(({ name }) => name === folder) });
    const { decode } = await import(`${root}${folder}/decode.ts`);
    expect(index[folder]).toMatchObject({ decode });
  },
);

it.each(folders)('has a section of docs/sources.md with its path: %s', (folder) => {
  const page = readFileSync(new URL('../../docs/sources.md', import.meta.url), 'utf8');
  expect(page).toMatch(new RegExp(`^## .*\\(\`/webhooks/${folder}\`\\)$`, 'm'));
});
