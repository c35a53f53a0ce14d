import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ExampleWorld, examples, startExampleWorld } from '../tools/examples/world.ts';
import { redact, toolsPage } from './tools-page.ts';

let world: ExampleWorld;
beforeAll(async () => {
  world = await startExampleWorld(redact);
});
afterAll(() => world.close());

it('docs/tools.md is what the tools say of themselves (npm run docs:tools writes it)', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/tools.md'), 'utf8');
  expect(page).toBe(await toolsPage(world));
});

it('every tool has an example', () => {
  const shown = new Set(examples.map(({ tool }) => tool));
  expect([...shown].sort()).toEqual(world.tools.map(({ name }) => name).sort());
});
