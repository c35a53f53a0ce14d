import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Probe, runDoctor, table } from '../../src/cli/doctor.ts';
import type { ProbeResult } from '../../src/lib/probe.ts';
import { runCommand } from '../e2e/program.ts';
import { startFakeLoki } from '../fakes/loki.ts';

const ok = (system: string, detail: string): ProbeResult => ({
  system,
  ok: true,
  detail,
  advice: null,
});
const failed = (system: string, detail: string, advice: string): ProbeResult => ({
  system,
  ok: false,
  detail,
  advice,
});
const probe = (system: string, run: Probe['run']): Probe => ({ system, run });

async function doctor(probes: Probe[]): Promise<{ code: number; lines: string[] }> {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const code = await runDoctor({ probes, write, colours: false, deadlineMs: 20 });
  return { code, lines: text.split('\n') };
}

describe('the table', () => {
  it('is aligned, with what to do about each failure', () => {
    const rows = [
      ok('slack', 'team Acme'),
      failed('prometheus (eu)', 'HTTP 401', 'set environments[0].prometheus.headers'),
    ];
    expect(table(rows, false)).toBe(
      [
        'SYSTEM           STATE   DETAIL     WHAT TO DO',
        'slack            ok      team Acme',
        'prometheus (eu)  failed  HTTP 401   set environments[0].prometheus.headers',
        '',
        '1 of 2 failed.',
        '',
      ].join('\n'),
    );
  });

  it('has colours only where they are wanted, and is as wide with them', () => {
    const esc = String.fromCharCode(27);
    const painted = table([ok('slack', 'x'), failed('loki', 'y', 'z')], true);
    expect(painted).toContain(`${esc}[32mok    ${esc}[39m`);
    expect(painted).toContain(`${esc}[31mfailed${esc}[39m`);
    expect(table([ok('slack', 'x')], false)).not.toContain(esc);
  });

  it('keeps what systems answer on one line, and out of the terminal', () => {
    const text = table([failed('loki', 'parse\n\terror\u001b[2J\u202e', 'fix\r\nit')], false);
    expect(text).toContain('loki    failed  parse error[2J  fix it\n');
  });
});

describe('the command', () => {
  it('asks every system at the same time, and exits 0 when all work', async () => {
    const both = Promise.withResolvers<void>();
    let asked = 0;
    const together = (system: string) =>
      probe(system, async () => {
        asked += 1;
        if (asked === 2) both.resolve();
        await both.promise;
        return [ok(system, 'fine')];
      });
    const { code, lines } = await doctor([together('store'), together('queue')]);
    expect(code).toBe(0);
    expect(lines.slice(1)).toEqual([
      'store   ok     fine',
      'queue   ok     fine',
      '',
      'Everything works.',
      '',
    ]);
  });

  it('does not say that everything works while something is still to be done', async () => {
    const environment = probe('default', async () => [
      { ...ok('environment default', 'no system configured'), advice: 'set KUBECONFIG' },
    ]);
    const { code, lines } = await doctor([environment]);
    expect(code).toBe(0);
    expect(lines.at(-2)).toBe('Nothing failed, but there is something to do.');
  });

  it('names what it tried, to the person who asks, and what to do about it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'doctor-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const closed = await startFakeLoki({ streams: [] });
    await closed.close();
    const url = closed.url.replace('127.0.0.1', 'localhost');
    const config = 'environments: [{name: eu, kubernetes: {kubeconfig: .}, loki: {url: "URL"}}]';
    await writeFile(join(dir, 'probable-cause.yaml'), config.replace('URL', url));
    const { code, stdout } = await runCommand(['doctor'], { dir, env: { LOG_LEVEL: 'fatal' } });
    expect(code).toBe(1);
    expect(stdout).toContain(`The kubeconfig ${dir} is a directory: name the file in it.`);
    expect(stdout).toContain('to a kubeconfig that can be read.');
    expect(stdout).toContain(`Loki cannot be reached (connection refused). Tried: ${url}.`);
    expect(stdout).toContain('Nothing listens there: check the port');
    expect(stdout).toContain('It is set as `loki.url` or LOKI_URL.');
  });

  it('exits 1 when one row of one system failed', async () => {
    const kubernetes = probe('kubernetes', async () => [
      ok('kubernetes', 'v1.34'),
      failed('kubernetes', 'may not list events', 'bind the role in deploy/rbac.yaml'),
    ]);
    expect((await doctor([kubernetes])).code).toBe(1);
  });

  it('gives up on a system that does not answer, tells it to stop, and shows the others', async () => {
    let signal: AbortSignal | null = null;
    const { code, lines } = await doctor([
      probe('loki', (given) => {
        signal = given;
        return new Promise(() => {});
      }),
      probe('store', async () => [ok('store', 'fine')]),
    ]);
    expect(code).toBe(1);
    expect(lines[1]).toMatch(/^loki {4}failed {2}no answer within 0\.02 s {2}check its address/);
    expect(lines[2]).toMatch(/^store {3}ok/);
    expect(signal).toHaveProperty('aborted', true);
  });

  it('shows a check that broke as a failure of its system', async () => {
    const { code, lines } = await doctor([
      probe('slack', async () => {
        throw new Error('unexpected');
      }),
    ]);
    expect(code).toBe(1);
    expect(lines[1]).toContain('slack   failed  unexpected  this check itself broke');
  });
});
