import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AuditEntry, openAuditLog } from '../../src/mcp/audit.ts';
import { memoryLog } from './tool-server.ts';

const ENTRY: AuditEntry = {
  at: '2026-11-21T03:12:00.000Z',
  environment: 'eu',
  client: 'claude-code/2',
  caller: 'token 1a2b3c4d',
  address: '10.0.0.7',
  tool: 'search_logs',
  arguments: { query: '{app="a"}' },
  bytes: 120,
  ms: 15,
  outcome: 'ok',
  shared: false,
};

async function place() {
  const dir = await mkdtemp(join(tmpdir(), 'audit-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return join(dir, 'audit.jsonl');
}

function entriesOf(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the audit log', () => {
  it('appends one line for each call to a file that is nobody else’s business', async () => {
    const file = await place();
    const { log, lines } = memoryLog();
    openAuditLog({ file, log }).record(ENTRY);
    openAuditLog({ file, log }).record({ ...ENTRY, outcome: 'error' });
    expect(entriesOf(file)).toEqual([ENTRY, { ...ENTRY, outcome: 'error' }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // At level debug, which this logger leaves out.
    expect(lines).toEqual([]);
  });

  it('goes on in a new file when rotation has moved the old one away', async () => {
    const file = await place();
    const audit = openAuditLog({ file, log: memoryLog().log });
    audit.record(ENTRY);
    renameSync(file, `${file}.1`);
    audit.record({ ...ENTRY, tool: 'query_prometheus' });
    expect(entriesOf(`${file}.1`)).toEqual([ENTRY]);
    expect(entriesOf(file)).toEqual([{ ...ENTRY, tool: 'query_prometheus' }]);
  });

  it('goes on in the file that rotation has put in the place of the old one', async () => {
    const file = await place();
    const audit = openAuditLog({ file, log: memoryLog().log });
    audit.record(ENTRY);
    renameSync(file, `${file}.1`);
    writeFileSync(file, '');
    audit.record(ENTRY);
    expect(entriesOf(file)).toEqual([ENTRY]);
  });

  it.runIf(existsSync('/dev/full'))(
    'on a full disk fails no call, and says and counts what it lost',
    () => {
      const { log, lines } = memoryLog();
      let lost = 0;
      const onLost = () => {
        lost += 1;
      };
      openAuditLog({ file: '/dev/full', log, onLost }).record(ENTRY);
      expect(lost).toBe(1);
      expect(lines.join()).toContain('ENOSPC');
      expect(lines.join()).toContain('search_logs');
    },
  );

  it('is refused at the start when its file cannot be opened', async () => {
    const file = join(await place(), 'in', 'no', 'directory');
    expect(() => openAuditLog({ file, log: memoryLog().log })).toThrow('ENOENT');
  });

  it('is the log of the program when there is no file', () => {
    const { log, lines } = memoryLog();
    openAuditLog({ file: null, log }).record(ENTRY);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 30, msg: 'tool call', audit: ENTRY },
    ]);
  });
});
