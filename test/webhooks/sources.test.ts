import { existsSync, readdirSync } from 'node:fs';
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
