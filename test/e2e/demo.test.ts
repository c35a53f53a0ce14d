import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Report } from '../../src/report/report.ts';
import { scratchDirectory } from '../services/scratch.ts';
import { runCommand } from './program.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

it('demo needs nothing, shows a root cause with its evidence, and keeps the report', async () => {
  const { dir, remove } = await scratchDirectory();
  onTestFinished(remove);
  const { code, stdout, stderr } = await runCommand(['demo'], { dir, env: { TMPDIR: dir } });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('POST /webhooks/alertmanager → 202');
  expect(stdout).toContain('written by hand');

  const path = /^Report: +(\S+)$/m.exec(stdout)?.[1] ?? '';
  const report = Report.parse(JSON.parse(readFileSync(path, 'utf8')));
  expect(report.rootCause?.failureMode).toBe('oom-killed');
  expect(stdout).toContain('oom-killed');
  expect(report.claims.length).toBeGreaterThan(0);
  expect(report.claims.every(({ verified }) => verified)).toBe(true);
});
