import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pauseAfter } from '../../../src/mcp/remote/connection.ts';
import { definitionOf } from '../../../src/mcp/remote/definition.ts';
import { diffLines } from '../../../src/mcp/remote/definition-diff.ts';
import { readPins, writePins } from '../../../src/mcp/remote/pin-file.ts';
import { accept, formatPins } from '../../../src/mcp/remote/pins.ts';

const definition = (description: string, properties: Record<string, object> = {}) =>
  definitionOf({ name: 'x', description, inputSchema: { type: 'object', properties } });

const key = (server: string, tool: string) => ({ environment: 'here', server, tool });
const AT = '2026-11-21T03:12:00.000Z';

it('are written sorted, each field on a line of its own, and read as they were written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pins-'));
  const file = join(folder, 'mcp-pins.json');
  const pins = accept(
    [],
    [
      { ...key('b', 'z'), definition: definition('Two\nlines.') },
      { ...key('a', 'y'), definition: definition('One.', { q: { type: 'string' } }) },
    ],
    AT,
  );
  await writePins(file, pins);
  const text = readFileSync(file, 'utf8');
  expect(text.split('\n').slice(0, 11)).toEqual([
    '[',
    '  {',
    '    "environment": "here",',
    '    "server": "a",',
    '    "tool": "y",',
    expect.stringMatching(/^ {4}"sha256": "[0-9a-f]{64}",$/),
    '    "description": "One.",',
    '    "inputSchema": {"properties":{"q":{"type":"string"}},"type":"object"},',
    '    "annotations": {},',
    `    "acceptedAt": "${AT}"`,
    '  },',
  ]);
  expect(formatPins(await readPins(file))).toBe(text);
  expect(readdirSync(folder)).toEqual(['mcp-pins.json']);
});

it('are none without a file', async () => {
  expect(await readPins(join(mkdtempSync(join(tmpdir(), 'pins-')), 'none.json'))).toEqual([]);
  expect(formatPins([])).toBe('[]\n');
});

it('of the same tool replace each other', () => {
  const first = accept([], [{ ...key('a', 'y'), definition: definition('One.') }], AT);
  const second = accept(first, [{ ...key('a', 'y'), definition: definition('Two.') }], AT);
  expect(second.map(({ description }) => description)).toEqual(['Two.']);
});

it('tell line by line what has changed', () => {
  const before = definition('Reads.\nOnly pods.', { q: { type: 'string' } });
  const after = definition('Reads.\nAnything\u001b[2J.', {
    q: { type: 'string' },
    r: { type: 'number' },
  });
  expect(diffLines(before, after)).toEqual([
    'description:',
    '- Only pods.',
    '+ Anything.',
    'schema:',
    '+ properties.r.type: "number"',
  ]);
  expect(diffLines(before, before)).toEqual([]);
  expect(
    diffLines(before, definition('Reads.\u200b\nOnly pods.', { q: { type: 'string' } })),
  ).toEqual([
    'description:',
    '  the same lines in another order, or characters that cannot be seen',
  ]);
});

it('a server that keeps failing is left alone for longer and longer, up to a minute', () => {
  expect([1, 2, 3, 6, 7, 50].map(pauseAfter)).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
  ]);
});
