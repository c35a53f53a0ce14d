import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createCitationCheck } from '../../src/evidence/citation.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import { readCase } from '../../src/replay/case-file.ts';
import { recordScenario } from './record.ts';
import { scenarios } from './scenarios.ts';
import { SHIPPED_CASES } from './shipped.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const FILES = ['alert.ts', 'kubernetes.ts', 'loki.ts', 'prometheus.ts', 'turns.ts'];
const names = scenarios.map(({ name }) => name);

/** Said here once more, so that no change of a scenario changes its outcome unseen. */
const ROOT_CAUSES: Record<string, string> = {
  'bad-image-tag': 'image-not-found of Deployment web/storefront',
  'database-connections': 'connection-pool-exhausted of CronJob billing/invoice-export',
  'oom-kill': 'oom-killed of Deployment shop/pricing-api',
};

describe('the scenarios', () => {
  it('are the folders beside this test, each with all five files', async () => {
    const entries = await readdir(HERE, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.sort()).toEqual(names);
    for (const folder of folders) {
      expect(await readdir(join(HERE, folder))).toEqual(expect.arrayContaining(FILES));
    }
  });

  it('are what is shipped as cases, all of them and nothing else', async () => {
    const entries = await readdir(SHIPPED_CASES, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.sort()).toEqual(names);
  });
});

describe.each(scenarios)('the shipped case $name', (scenario) => {
  const folder = join(SHIPPED_CASES, scenario.name);

  it('is what its scenario records today', async () => {
    const [shipped, today] = await Promise.all([readCase(folder), recordScenario(scenario)]);
    expect(shipped, 'the example is stale: run "npm run cases"').toEqual(today);
  });

  it('has one file for each output and no others', async () => {
    const { calls } = await readCase(folder);
    const expected = calls
      .flatMap(({ id, tool }) => [`${id}-${tool}.json`, `${id}-${tool}.txt`])
      .sort();
    expect((await readdir(join(folder, 'outputs'))).sort()).toEqual(expected);
  });

  it('says on its face that its cluster is made up and its turns were written by hand', async () => {
    const { turnsBy, origin, turns } = await readCase(folder);
    expect(turnsBy).toBe('hand');
    expect(origin).toMatch(/made-up cluster.*written by hand/);
    expect(new Set(turns.map(({ model }) => model))).toEqual(new Set(['hand-written']));
  });

  it('finds the root cause within every limit, and every claim of it holds', async () => {
    const { report, calls } = await readCase(folder);
    const rootCause = report?.rootCause;
    const { kind, namespace, name } = rootCause?.object ?? {};
    expect(`${rootCause?.failureMode} of ${kind} ${namespace}/${name}`).toBe(
      ROOT_CAUSES[scenario.name],
    );
    expect(report?.stopped).toBeNull();
    expect(report?.claims.length).toBeGreaterThanOrEqual(8);
    const faultOf = createCitationCheck(calls);
    for (const { text, citation, verified } of report?.claims ?? []) {
      expect(faultOf(citation), text).toBeNull();
      expect(verified, text).toBe(true);
    }
  });

  it('points, in its whole report, only at outputs that it has', async () => {
    const { report, calls } = await readCase(folder);
    const ids = new Set(calls.map(({ id }) => id));
    const cited = JSON.stringify(report).match(/\bE[1-9]\d*\b/g) ?? [];
    expect(cited.length).toBeGreaterThan(10);
    expect(cited.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('uses every output that its turns asked for', async () => {
    const { report, calls, turns } = await readCase(folder);
    const asked = turns.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_use' ? [canonicalJson(block.input)] : [])),
    );
    const searched = calls.filter(({ args }) => asked.includes(canonicalJson(args)));
    const cited = new Set(JSON.stringify(report).match(/\bE[1-9]\d*\b/g));
    expect(searched.length).toBeGreaterThan(3);
    const unused = searched.filter(({ id, isError }) => isError || !cited.has(id));
    expect(unused.map(({ id }) => id)).toEqual([]);
  });

  it('gives commands that name their namespace', async () => {
    const { report } = await readCase(folder);
    const commands = (report?.nextSteps ?? []).flatMap(({ command }) => command?.split('&&') ?? []);
    const kubectl = commands.filter((command) => command.trim().startsWith('kubectl'));
    expect(kubectl.length).toBeGreaterThan(0);
    for (const command of kubectl) expect(command).toMatch(/^\s*kubectl -n [a-z]+ /);
  });
});
