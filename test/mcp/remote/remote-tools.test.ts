import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterEach, describe, expect, it } from 'vitest';
import { serversOf } from '../tool-server.ts';
import { context, listed, type OpenedTools, openServers, openTools } from './servers.ts';

const open: OpenedTools[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((remote) => remote.close()));
});

async function accepted(...args: Parameters<typeof openTools>): Promise<OpenedTools> {
  const remote = openTools(...args);
  open.push(remote);
  await remote.acceptAll();
  return remote;
}

const names = async (remote: OpenedTools) =>
  (await remote.catalogue()).tools.map((tool) => tool.name);

describe('the tools of another server', () => {
  it('exist only once they were accepted, under the name of the server', async () => {
    const remote = openTools([listed('echo'), listed('other'), listed('third')]);
    open.push(remote);
    expect(await remote.catalogue()).toMatchObject({
      tools: [],
      gaps: [
        'Not offered: 3 allowed tools of fake until a person accepts them: run "probable-cause mcp pin".',
      ],
    });
    expect(remote.lines.join()).toContain(
      'environment here: fake_echo is quarantined: nobody has accepted it yet: read it and accept it with',
    );
    await remote.acceptAll();
    expect(await names(remote)).toEqual(['fake_echo', 'fake_other', 'fake_third']);
  });

  it('are called with arguments that their schema allows, and with no other', async () => {
    const tool = await (await accepted([listed('echo')])).tool('fake_echo');
    expect(tool.input.safeParse({ word: 1 }).success).toBe(false);
    expect(tool.input.safeParse({ word: 'x', other: 'y' }).success).toBe(false);
    expect(await tool.run({ word: 'x' }, context())).toEqual({
      text: '{"word":"x"}',
      structured: {},
    });
  });

  it('give structured content as text too when that is all there is', async () => {
    const tool = await (await accepted([listed('structured')])).tool('fake_structured');
    expect(await tool.run({ word: 'x' }, context())).toEqual({
      text: '{"args":{"word":"x"}}',
      structured: { args: { word: 'x' } },
    });
  });

  it('say that there is no output when there is none', async () => {
    const tool = await (await accepted([listed('silent')])).tool('fake_silent');
    expect(await tool.run({}, context())).toEqual({ text: '(no output)', structured: {} });
  });

  it('give text alone of what else there may be, and say what was left out', async () => {
    const tool = await (await accepted([listed('mixed')])).tool('fake_mixed');
    const { text } = await tool.run({}, context());
    expect(text).toBe('words\n(left out: 1 image, 1 link, 1 resource)');
  });

  it('fail in the words of the server, without addresses', async () => {
    const tool = await (await accepted([listed('fail')])).tool('fake_fail');
    await expect(tool.run({}, context())).rejects.toThrow(
      'dial tcp <address>: no such pod, see <address>',
    );
  });

  it('disappear when their definition changes, until that is accepted', async () => {
    const remote = await accepted([listed('changed'), listed('echo')]);
    const poke = await remote.tool('fake_changed');
    remote.list([listed('changed'), listed('echo', { description: 'Now sends mail.' })]);
    // A list that is a moment old is good, unless the server says that it is not.
    expect(await names(remote)).toEqual(['fake_changed', 'fake_echo']);
    await poke.run({}, context());
    expect(await names(remote)).toEqual(['fake_changed']);
    expect(remote.lines.join()).toContain(
      'fake_echo is quarantined: its description changed since 2026-11-21: compare and accept it with',
    );
    await remote.acceptAll();
    expect(await names(remote)).toEqual(['fake_changed', 'fake_echo']);
  });

  it('are compared again after a minute, though the server says nothing', async () => {
    const remote = await accepted([listed('echo')]);
    expect(await names(remote)).toEqual(['fake_echo']);
    remote.list([listed('echo', { annotations: { readOnlyHint: true, title: 'x' } })]);
    remote.clock.forward(61_000);
    await expect.poll(() => names(remote)).toEqual([]);
  });

  it('go on working for whoever was told of them', async () => {
    const remote = await accepted([listed('echo')]);
    const tool = await remote.tool('fake_echo');
    remote.list([]);
    remote.clock.forward(61_000);
    await expect.poll(() => names(remote)).toEqual([]);
    expect((await tool.run({ word: 'x' }, context())).text).toBe('{"word":"x"}');
  });

  it('are told as missing by how many and why, to whoever asks what there is and to whoever calls one', async () => {
    const remote = openTools([listed('echo'), listed('pods_delete')]);
    open.push(remote);
    const { gaps, withheld } = await remote.catalogue();
    expect(gaps).toEqual([
      'Not offered: 1 allowed tool of fake until a person accepts them: run "probable-cause mcp pin".',
      'Not offered: 1 allowed tool of fake: "probable-cause mcp pin" says why.',
    ]);
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const client = new Client({ name: 'person', version: '1' });
    const asker = { client: null, caller: 'stdio', address: null };
    await Promise.all([serversOf([], { withheld })(asker).connect(theirs), client.connect(ours)]);
    expect(await client.callTool({ name: 'fake_echo', arguments: {} })).toMatchObject({
      isError: true,
      content: [
        {
          text: 'fake_echo is not offered: nobody has accepted it yet: read it and accept it with "probable-cause mcp pin".',
        },
      ],
    });
    await client.close();
  });

  it('do not exist when they would write, however much they are allowed', async () => {
    const remote = await accepted([
      listed('pods_delete'),
      listed('no_hint', { annotations: {} }),
      listed('destroyer', { annotations: { readOnlyHint: true, destructiveHint: true } }),
      listed('echo'),
    ]);
    expect(await names(remote)).toEqual(['fake_echo']);
    const log = remote.lines.join();
    expect(log).toContain('fake_pods_delete is quarantined: its name says that it writes');
    expect(log).toContain('fake_no_hint is quarantined: its server does not declare');
    expect(log).toContain('fake_destroyer is quarantined: its server declares it destructive');
  });

  it('are the same objects while nothing changes, so that nothing is published anew', async () => {
    const remote = await accepted([listed('echo')]);
    const before = await remote.catalogue();
    expect(await remote.catalogue()).toBe(before);
    remote.list([]);
    remote.clock.forward(61_000);
    await expect.poll(() => remote.catalogue()).not.toBe(before);
  });

  it('are none at all when the pins cannot be read', async () => {
    const remote = await accepted([listed('echo')]);
    writeFileSync(remote.pinFile, '{');
    expect(await remote.catalogue()).toMatchObject({
      tools: [],
      gaps: ['The tools of fake are missing: none can be vouched for.'],
    });
    await expect(remote.review()).rejects.toThrow('is not a list of pins');
  });
});

describe('a server that is down', () => {
  it('is a gap in words without its command', async () => {
    const remote = openTools([listed('echo')], { command: ['/nowhere/at-all'] });
    open.push(remote);
    expect(await remote.catalogue()).toMatchObject({
      tools: [],
      gaps: [
        'The tools of fake are missing. The MCP server fake cannot be reached (its program is not there).',
      ],
    });
    const before = remote.lines.length;
    remote.clock.forward(60_000);
    await remote.catalogue();
    expect(remote.lines.slice(before)).toEqual([]);
  });

  it('is waited for no longer than it may take to start', async () => {
    const command = [process.execPath, '-e', 'process.stdin.resume()'];
    const endpoint = { kind: 'command' as const, command, inherited: {}, env: {}, cwd: tmpdir() };
    const remote = openServers([{ name: 'mute', allow: ['echo'], endpoint }], 50);
    const { tools, gaps } = await remote.catalogue();
    expect(tools).toEqual([]);
    expect(gaps.join()).toMatch(/^The tools of mute are missing\. The MCP server mute /);
    await remote.close();
  });

  it('is started again after it crashed, with growing pauses', async () => {
    const remote = await accepted([listed('crash'), listed('echo')]);
    const crash = await remote.tool('fake_crash');
    const echo = await remote.tool('fake_echo');
    await expect(crash.run({}, context())).rejects.toThrow(
      'The MCP server fake ended before it answered.',
    );
    await expect(echo.run({}, context())).rejects.toThrow('The MCP server fake ended.');
    remote.clock.forward(1_000);
    await expect(crash.run({}, context())).rejects.toThrow('ended before it answered');
    remote.clock.forward(1_000);
    await expect(echo.run({}, context())).rejects.toThrow('The MCP server fake ended.');
    remote.clock.forward(1_000);
    expect((await echo.run({ word: 'x' }, context())).text).toBe('{"word":"x"}');
  });

  it('is ended when it answers with more than can be taken, and says so', async () => {
    const flood = await (await accepted([listed('flood')])).tool('fake_flood');
    await expect(flood.run({}, context())).rejects.toThrow(
      'The MCP server fake answered with more than 4 MiB. Ask for less.',
    );
  });
});

describe('a child', () => {
  it('is told to cancel what nobody waits for, and goes on answering', async () => {
    const remote = await accepted([listed('hang'), listed('echo')]);
    const [hang, echo] = [await remote.tool('fake_hang'), await remote.tool('fake_echo')];
    const stop = new AbortController();
    const call = hang.run({}, context(stop.signal));
    await expect.poll(() => remote.lines.join()).toContain('will not answer');
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect((await echo.run({ word: 'x' }, context())).text).toBe('{"word":"x"}');
    await expect.poll(() => remote.lines.join()).toContain('was told to cancel');
  });

  it('is offered no sampling, no elicitation and no roots', async () => {
    const remote = await accepted([listed('echo')]);
    await expect.poll(() => remote.lines.join()).toContain('"stderr":"offered {}"');
  });

  it('gets nothing of our environment that it is not given, and what it tells of that is hidden', async () => {
    const [tool] = [listed('environment')];
    const remote = await accepted([tool], {
      env: { TOKEN_FILE: '/run/x', REGION: 'sesame-street-7' },
      inherited: { HOME: '/home/x' },
    });
    const { text } = await (await remote.tool('fake_environment')).run({}, context());
    expect(JSON.parse(text)).toEqual({
      HOME: '/home/x',
      TOKEN_FILE: '/run/x',
      REGION: '[the value of REGION]',
    });
  });
});
