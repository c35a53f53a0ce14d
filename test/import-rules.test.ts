import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsOf } from './import-rules/imports.ts';
import { violationsIn } from './import-rules/rules.ts';

const root = new URL('..', import.meta.url).pathname;

it('holds for every file of src, webhooks and workers', () => {
  const paths = globSync('{src,webhooks,workers}/**/*.ts', { cwd: root });
  expect(paths.length).toBeGreaterThan(50);
  const sources = paths.map((path) => [path, readFileSync(root + path, 'utf8')]);
  expect(violationsIn(Object.fromEntries(sources))).toEqual([]);
});

describe('reading imports', () => {
  it.each([
    ["import a from 'x';", 'x', false],
    ["import { a, type B } from './x.ts';", './x.ts', false],
    ["import { type B } from './x.ts';", './x.ts', false],
    ["import {\n  a,\n  b as c,\n} from 'x';", 'x', false],
    ["import * as a from 'x';", 'x', false],
    ['import a, { b } from "x";', 'x', false],
    ["import data from './x.json' with { type: 'json' };", './x.json', false],
    ["import './x.ts';", './x.ts', false],
    ["import type { A } from 'x';", 'x', true],
    ["import type A from 'x';", 'x', true],
    ["import type from 'x';", 'x', false],
    ["export { a } from 'x';", 'x', false],
    ["export * from 'x';", 'x', false],
    ["export * as a from 'x';", 'x', false],
    ["export type { A } from 'x';", 'x', true],
    ["const a = await import('x');", 'x', false],
    ["const a = await import(\n  'x',\n);", 'x', false],
    ["type A = import('x').A;", 'x', false],
  ])('finds the import of %j', (source, specifier, typeOnly) => {
    expect(importsOf(`const before = 1;\n${source}\nconst after = 2;`)).toEqual([
      { specifier, typeOnly },
    ]);
  });

  it.each([
    "// import a from 'x';",
    "/*\n * import a from 'x';\n */",
    "/**\nimport a from 'x';\n*/",
    "export const from = 'x';",
    "const text = 'import a';",
    'export { a };',
    'const url = import.meta.url;',
  ])('finds none in %j', (source) => {
    expect(importsOf(source)).toEqual([]);
  });

  it('refuses an import that is computed', () => {
    expect(() => importsOf('await import(name)')).toThrow('not a plain string');
    expect(() => importsOf('await import(`./$' + '{name}.ts`)')).toThrow('not a plain string');
  });
});

describe('a violation', () => {
  const empty = 'export {};';
  const importing = (...specifiers: string[]) =>
    specifiers.map((specifier) => `import '${specifier}';`).join('\n');

  it.each<[string, Record<string, string>, string]>([
    [
      'src importing webhooks',
      { 'src/queue/a.ts': importing('../../webhooks/b.ts'), 'webhooks/b.ts': empty },
      'src never imports webhooks',
    ],
    [
      'src importing a type of workers',
      { 'src/queue/a.ts': "import type { B } from '../../workers/b.ts';", 'workers/b.ts': empty },
      'src never imports workers',
    ],
    [
      'webhooks importing workers',
      { 'webhooks/a.ts': importing('../workers/b.ts'), 'workers/b.ts': empty },
      'never import each other',
    ],
    [
      'a library importing the CLI',
      { 'src/web/a.ts': importing('../cli/b.ts'), 'src/cli/b.ts': empty },
      'only the CLI knows the CLI',
    ],
    [
      'an investigation importing the actions',
      { 'src/investigation/a.ts': importing('../actions/b.ts'), 'src/actions/b.ts': empty },
      'it can write to a cluster',
    ],
    [
      'a worker importing the actions server',
      {
        'workers/a.ts': importing('../src/mcp/actions-server.ts'),
        'src/mcp/actions-server.ts': empty,
      },
      'it can write to a cluster',
    ],
    [
      'a tool importing what sends any verb',
      {
        'src/tools/kubernetes/a.ts': importing('./api-server.ts'),
        'src/tools/kubernetes/api-server.ts': empty,
      },
      'it can write to a cluster',
    ],
    [
      'an import of what is not there',
      { 'src/web/a.ts': importing('./b.js') },
      'there is no such file',
    ],
    [
      'a vendor SDK in two files',
      {
        'src/queue/a.ts': importing('bullmq'),
        'src/queue/b.ts': "import type { Job } from 'bullmq';",
      },
      'src/queue/a.ts, src/queue/b.ts all import ^bullmq$',
    ],
    [
      'a vendor SDK in its folder and beside it',
      {
        'src/queue/bullmq/a.ts': importing('bullmq'),
        'src/queue/b.ts': importing('bullmq'),
      },
      'one file may',
    ],
    [
      'a deep import of a vendor SDK',
      {
        'src/models/a.ts': importing('@anthropic-ai/sdk'),
        'src/models/b.ts': importing('@anthropic-ai/sdk/resources/messages.js'),
      },
      'one file may',
    ],
    [
      'the MCP SDK outside of src/mcp',
      { 'src/tools/a.ts': importing('@modelcontextprotocol/sdk/types.js') },
      'only src/mcp may',
    ],
    [
      'one tool adapter importing another',
      {
        'src/tools/loki/a.ts': importing('../prometheus/b.ts'),
        'src/tools/prometheus/b.ts': empty,
      },
      'sibling adapters of src/tools',
    ],
    [
      'the folder of a port importing an adapter',
      {
        'src/tools/changes/change.ts': importing('../loki/b.ts'),
        'src/tools/loki/b.ts': empty,
      },
      'sibling adapters of src/tools',
    ],
    [
      'an adapter importing more of the folder of a port than the port',
      {
        'src/tools/loki/a.ts': importing('../changes/recent-changes.ts'),
        'src/tools/changes/recent-changes.ts': empty,
      },
      'sibling adapters of src/tools',
    ],
    [
      'one channel importing another',
      { 'src/notify/slack/a.ts': importing('../terminal/b.ts'), 'src/notify/terminal/b.ts': empty },
      'sibling adapters of src/notify',
    ],
    [
      'one model importing another',
      { 'src/models/recorded.ts': importing('./anthropic.ts'), 'src/models/anthropic.ts': empty },
      'sibling adapters of src/models',
    ],
    [
      'reading the environment',
      { 'workers/a.ts': 'const a = process.env.A;' },
      'only src/config may',
    ],
    ['an SDK in a pure file', { 'src/analysis/a.ts': importing('pg') }, 'imports pg'],
    [
      'the system clock in a pure file',
      { 'src/report/a.ts': importing('../lib/clock.ts'), 'src/lib/clock.ts': empty },
      'src/lib/clock.ts is the outside',
    ],
    ['a clock in a pure file', { 'src/report/a.ts': 'const a = Date.now();' }, 'uses Date.now('],
    [
      'the time of day in a pure file',
      { 'src/notify/slack/render.ts': 'const a = new Date();' },
      'uses new Date()',
    ],
    [
      'the environment reached from a pure file through others',
      {
        'src/evidence/shape.ts': importing('../lib/a.ts'),
        'src/lib/a.ts': "export * from '../config/b.ts';",
        'src/config/b.ts': 'export const b = process.env.B;',
      },
      'src/evidence/shape.ts is not pure: src/config/b.ts uses process.e',
    ],
    [
      'a cycle',
      {
        'src/web/a.ts': importing('./b.ts'),
        'src/web/b.ts': importing('./c.ts'),
        'src/web/c.ts': importing('./a.ts'),
      },
      'src/web/a.ts → src/web/b.ts → src/web/c.ts → src/web/a.ts: a cycle',
    ],
  ])('is %s', (_what, sources, words) => {
    expect(violationsIn(sources)).toEqual([expect.stringContaining(words)]);
  });

  it.each<[string, Record<string, string>]>([
    [
      'the CLI importing everything',
      {
        'src/cli/a.ts': importing('../../webhooks/b.ts', '../../workers/c.ts'),
        'webhooks/b.ts': empty,
        'workers/c.ts': empty,
      },
    ],
    [
      'the edges importing src',
      { 'webhooks/a.ts': importing('../src/queue/b.ts'), 'src/queue/b.ts': empty },
    ],
    [
      'types that refer to each other',
      {
        'src/web/a.ts': "import type { B } from './b.ts';",
        'src/web/b.ts': importing('./a.ts'),
      },
    ],
    [
      'adapters that share a file beside them',
      { 'src/tools/loki/a.ts': importing('../http.ts'), 'src/tools/http.ts': empty },
    ],
    [
      'an adapter importing the port that it implements',
      {
        'src/tools/loki/a.ts': importing('../changes/change.ts'),
        'src/tools/changes/change.ts': empty,
      },
    ],
    [
      'a pure file that knows the type of something impure',
      {
        'src/alert/a.ts': "import type { B } from '../store/b.ts';\nimport { z } from 'zod';",
        'src/store/b.ts': importing('pg'),
      },
    ],
    [
      'pure code that computes with times it is given',
      {
        'src/alert/a.ts': '// Never Date.now().\nexport const f = (t) => new Date(Date.parse(t));',
      },
    ],
    [
      'the files of the folder that a vendor SDK is for',
      {
        'src/queue/bullmq/a.ts': importing('bullmq'),
        'src/queue/bullmq/b.ts': importing('bullmq'),
      },
    ],
    ['one file with one SDK', { 'src/queue/a.ts': importing('bullmq', 'ioredis') }],
  ])('is not: %s', (_what, sources) => {
    expect(violationsIn(sources)).toEqual([]);
  });
});
