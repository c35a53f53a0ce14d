import { expect, it } from 'vitest';
import { PinFileError } from '../../../src/mcp/remote/pin-file.ts';
import { probeRemoteTools } from '../../../src/mcp/remote/probe.ts';
import type { ServerReview } from '../../../src/mcp/remote/remote-tools.ts';

const probe = (...reviews: ServerReview[]) => probeRemoteTools({ review: async () => reviews });

it('says which servers do not answer, and which of their tools do not exist and why', async () => {
  const refused = { state: 'refused' as const, reason: 'its server declares it destructive' };
  expect(
    await probe(
      { server: 'a', problem: 'The MCP server a is down.', tools: [] },
      { server: 'b', problem: null, tools: [{ tool: 'x', verdict: refused }] },
    ),
  ).toEqual([
    {
      system: 'MCP a',
      ok: false,
      detail: 'The MCP server a is down.',
      advice: 'check its command or url under environments[].mcp',
    },
    {
      system: 'MCP b',
      ok: false,
      detail: '0 of 1 allowed tools; x: its server declares it destructive',
      advice: 'run: probable-cause mcp pin; take out of allow what it refuses',
    },
  ]);
});

it('says that the accepted definitions cannot be read', async () => {
  const review = async () => {
    throw new PinFileError('/x/mcp-pins.json cannot be read (EACCES).');
  };
  expect(await probeRemoteTools({ review })).toMatchObject([
    { system: 'MCP servers', ok: false, detail: '/x/mcp-pins.json cannot be read (EACCES).' },
  ]);
});
