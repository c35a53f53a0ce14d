import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, it } from 'vitest';
import { commandOf, runCommand } from '../e2e/program.ts';
import { FAKE_SERVER, listed } from '../mcp/remote/servers.ts';
import { childrenOf, isAlive } from '../services/alive.ts';

it('mcp offers the accepted tools of other servers beside its own, though one of them is down', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'remote-'));
  writeFileSync(join(dir, 'tools.json'), JSON.stringify([listed('echo'), listed('pods_delete')]));
  writeFileSync(
    join(dir, 'probable-cause.yaml'),
    `environments:
  - name: here
    loki: {url: http://127.0.0.1:1}
    mcp:
      - name: up
        command: [${process.execPath}, ${FAKE_SERVER}, tools.json]
        allow: [echo, pods_delete]
      - {name: down, command: [./not-there], allow: [echo]}
`,
  );
  await runCommand(['mcp', 'pin', '--server', 'up', '--accept', '--yes'], { dir, env: {} });

  const transport = new StdioClientTransport({
    ...commandOf(['mcp'], {}),
    cwd: dir,
    stderr: 'ignore',
  });
  const client = new Client({ name: 'person', version: '1' });
  await client.connect(transport);
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['list_environments', 'search_logs', 'up_echo']));
  expect(names).not.toContain('up_pods_delete');
  expect(await client.callTool({ name: 'up_echo', arguments: { word: 'hi' } })).toMatchObject({
    content: [{ text: '{"word":"hi"}' }],
  });
  expect(await client.callTool({ name: 'list_environments' })).toMatchObject({
    structuredContent: {
      environments: [
        {
          gaps: [
            'Not offered: 1 allowed tool of up: "probable-cause mcp pin" says why.',
            expect.stringContaining('The tools of down are missing.'),
          ],
        },
      ],
    },
  });
  const children = childrenOf(transport.pid ?? 0);
  expect(children).toHaveLength(1);
  // The client closes our input, and what we have started has ended before we do.
  await client.close();
  expect(children.filter(isAlive)).toEqual([]);
});
