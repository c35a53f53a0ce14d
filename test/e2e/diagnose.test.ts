import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Report } from '../../src/report/report.ts';
import { runCommand } from './program.ts';
import { startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const diagnose = (...args: string[]) => runCommand(['diagnose', ...args], world.with({}));

describe('diagnose', () => {
  it('says what is wrong in a namespace, with quotes, and asks no model', async () => {
    const { code, stdout } = await diagnose('-n', 'shop');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ACTION REQUIRED/);
    expect(stdout).toMatch(/killed for going over its memory limit of 256Mi/);
    expect(stdout).toMatch(/✓ /);
    expect(world.model.requests).toEqual([]);
    expect(world.slack.messages).toEqual([]);
  });

  it('gives the report as JSON, whose claims all hold', async () => {
    const { stdout } = await diagnose('-n', 'shop', '--json');
    const report = Report.parse(JSON.parse(stdout));
    expect(report).toMatchObject({
      author: 'analysers',
      rootCause: { failureMode: 'oom-killed' },
      gaps: ['No model took part: this is what code alone makes of the evidence.'],
    });
    expect(report.claims.every(({ verified }) => verified)).toBe(true);
  });

  it('names what it looked for where it finds nothing', async () => {
    const { stdout } = await diagnose('-n', 'kube-system', '--json');
    const report = Report.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ verdict: 'inconclusive', rootCause: null });
    expect(report.ruledOut.join()).toMatch(/^Looked for and not found: /);
  });

  it('rules nothing out of a namespace that is not there, and says so', async () => {
    const { code, stdout } = await diagnose('-n', 'shpo', '--json');
    expect(code).toBe(0);
    const report = Report.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ verdict: 'inconclusive', rootCause: null, ruledOut: [] });
    expect(report.gaps.join()).toMatch(/no namespace shpo/);
  });

  it.each([
    [['--at', 'yesterday'], '--at yesterday is no time; give one such as 2026-11-21T03:12:00Z'],
    [['--environment', 'mars'], '--environment: there is no mars; there are default'],
  ])('refuses %j with what was expected', async (args, words) => {
    const { code, stderr } = await diagnose(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });
});
