import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { runCommand } from '../e2e/program.ts';
import { FAKE_SERVER, listed } from '../mcp/remote/servers.ts';

let dir = '';
const list = (tools: object[]) => writeFileSync(join(dir, 'tools.json'), JSON.stringify(tools));
const pin = (...flags: string[]) => runCommand(['mcp', 'pin', ...flags], { dir, env: {} });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pin-'));
  const server = (name: string, allow: string) =>
    `{name: ${name}, command: [${process.execPath}, ${FAKE_SERVER}, tools.json], allow: [${allow}]}`;
  writeFileSync(
    join(dir, 'probable-cause.yaml'),
    `environments:\n  - name: here\n    mcp: [${server('one', 'echo, pods_delete')}, ${server('two', 'echo')}]\n`,
  );
  list([listed('echo'), listed('pods_delete')]);
});

it('shows what is new, accepts it when told so, and then has nothing that waits', async () => {
  const shown = await pin();
  expect(shown.code).toBe(1);
  expect(shown.stdout).toBe(
    [
      'one (environment here)',
      '  echo: new',
      '    description:',
      '      Does echo.',
      '    schema:',
      '      properties.word.type: "string"',
      '      type: "object"',
      '    annotations:',
      '      readOnlyHint: true',
      '  pods_delete: refused, its name says that it writes ("delete")',
      '',
      'two (environment here)',
      '  echo: new',
      '    description:',
      '      Does echo.',
      '    schema:',
      '      properties.word.type: "string"',
      '      type: "object"',
      '    annotations:',
      '      readOnlyHint: true',
      '',
      '2 to accept. Read them, then run this again with --accept.',
      '',
    ].join('\n'),
  );
  expect(existsSync(join(dir, 'mcp-pins.json'))).toBe(false);

  expect(await pin('--server', 'one', '--accept', '--yes')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`1 accepted in ${join(dir, 'mcp-pins.json')}.`),
  });
  expect(await pin('--environment', 'here', '--server', 'one')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('echo: same'),
  });
});

it('shows what has changed, without what cannot be seen', async () => {
  await pin('--accept', '--yes');
  list([listed('echo', { description: 'Does\u001b[2J echo\u202e twice.' })]);
  expect(await pin('--server', 'two')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /^ {2}echo: changed since \d{4}-\d\d-\d\d\n {4}description:\n {4}- Does echo\.\n {4}\+ Does echo twice\.$/m,
    ),
  });
});

it('notices a description that was edited in its file, and mends it when told so', async () => {
  await pin('--accept', '--yes');
  const file = join(dir, 'mcp-pins.json');
  const accepted = readFileSync(file, 'utf8');
  writeFileSync(file, accepted.replace('Does echo.', 'Harmless.'));
  expect(await pin()).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /echo: its entry in mcp-pins\.json was edited\n {4}description:\n {4}- Harmless\.\n {4}\+ Does echo\./,
    ),
  });
  expect((await pin('--accept', '--yes')).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('"description": "Does echo."');
});

it('accepts nothing when there is nobody to be asked', async () => {
  expect(await pin('--accept')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--yes accepts without asking'),
  });
  expect(existsSync(join(dir, 'mcp-pins.json'))).toBe(false);
});

it('names the servers that there are when it is asked for another one', async () => {
  expect(await pin('--server', 'three')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there are: one of here, two of here'),
  });
});

it('does not overwrite pins that it cannot read', async () => {
  writeFileSync(join(dir, 'mcp-pins.json'), '<<<<<<< HEAD');
  expect(await pin('--accept', '--yes')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not a list of pins'),
  });
  expect(readFileSync(join(dir, 'mcp-pins.json'), 'utf8')).toBe('<<<<<<< HEAD');
});
