import { expect, it } from 'vitest';
import { z } from 'zod';
import { envSettings } from '../../src/config/settings.ts';
import { EXACT_TAG, readFile } from './files.ts';

/** Instructions in order, their continued lines joined, without comments. */
const instructions = readFile('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter(Boolean)
  .map((line) => {
    const [name = '', ...rest] = line.split(/\s+/);
    return { name, value: rest.join(' ') };
  });

function valuesOf(name: string): string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ value }) => value);
}

/** What the image that is run is made by: the instructions after the last FROM. */
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM') + 1);

it('builds and runs on the Node that the package pins', () => {
  const { devDependencies } = z
    .object({ devDependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(readFile('package.json')));
  const bases = valuesOf('FROM').map((value) => value.replace(/ AS .*/, ''));
  expect(new Set(bases)).toEqual(new Set([`node:${devDependencies.node}-slim`]));
  for (const base of bases) expect(base).toMatch(EXACT_TAG);
});

it('runs no script of a dependency', () => {
  const installs = valuesOf('RUN').filter((command) => /npm (ci|install|i)\b/.test(command));
  expect(installs).not.toEqual([]);
  for (const install of installs) expect(install).toMatch(/^npm ci .*--ignore-scripts/);
});

it('leaves the development dependencies out of the image that is run', () => {
  const modules = last.find(({ value }) => value.endsWith('node_modules'));
  expect(modules?.value).toContain('--from=dependencies');
  expect(valuesOf('RUN')[0]).toContain('--omit=dev');
});

it('serves as an ordinary user unless told otherwise', () => {
  expect(last.filter(({ name }) => name === 'USER')).toEqual([{ name: 'USER', value: 'node' }]);
  expect(valuesOf('ENTRYPOINT')).toEqual([
    '["node", "--max-semi-space-size=16", "dist/src/cli/bin.js"]',
  ]);
  expect(valuesOf('CMD')).toEqual(['["serve"]']);
});

it('starts the program that the package names', () => {
  const { bin } = z
    .object({ bin: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFile('package.json')));
  expect(valuesOf('ENTRYPOINT')[0]).toContain(bin['probable-cause']);
});

it('sets only settings that the code reads', () => {
  const set = valuesOf('ENV').flatMap((value) =>
    [...value.matchAll(/(\w+)=/g)].map(([, name]) => name),
  );
  // NODE_ENV is Express's.
  const known = ['NODE_ENV', ...envSettings.map(({ name }) => name)];
  expect(known).toEqual(expect.arrayContaining(set));
  expect(set).toContain('HOST');
});

it('asks the process itself whether it is well', () => {
  expect(valuesOf('HEALTHCHECK')[0]).toContain('/healthz');
});

it('copies only what .dockerignore lets in, which is nothing by default', () => {
  const [first, ...allowed] = readFile('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  const sources = valuesOf('COPY')
    .filter((value) => !value.startsWith('--from='))
    .flatMap((value) => value.split(' ').slice(0, -1));
  expect(new Set(sources.map((source) => `!${source}`))).toEqual(new Set(allowed));
});
