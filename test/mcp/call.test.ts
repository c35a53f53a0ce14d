import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Asker, AuditEntry } from '../../src/mcp/audit.ts';
import { type Tool, ToolError } from '../../src/tools/tool.ts';
import { DEFAULT_WINDOW, echo, type ServersOptions, serversOf } from './tool-server.ts';

const STDIO: Asker = { client: null, caller: 'stdio', address: null };
const WINDOW_META = 'probable-cause/window';

/** Clients of one environment, and what the audit gets to hear of their calls. */
function environment(tools: readonly Tool[], options: ServersOptions = {}) {
  const entries: AuditEntry[] = [];
  const serverFor = serversOf(tools, { record: (entry) => void entries.push(entry), ...options });
  return { entries, connect };

  async function connect(asker: Partial<Asker> = {}) {
    const client = new Client({ name: 'somebody', version: '2.1' });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await Promise.all([serverFor({ ...STDIO, ...asker }).connect(theirs), client.connect(ours)]);
    onTestFinished(() => client.close());
    return {
      client,
      call: (word: unknown, more: object = {}, signal = new AbortController().signal) =>
        client.callTool({ name: 'search_logs', arguments: { word }, ...more }, undefined, {
          signal,
        }),
    };
  }
}

const SMALL = { word: 'x', window: DEFAULT_WINDOW };

const twice = ([name = '', value = '']: string[]) => [`${name}${name}`, value];
const textOf = (result: unknown) => JSON.stringify(result);

describe('the audit', () => {
  it('tells who asked what of which environment, and how it ended', async () => {
    const { connect, entries } = environment([echo()]);
    const { call } = await connect();
    await call('hello');
    expect(entries).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        environment: 'shop',
        client: 'somebody/2.1',
        caller: 'stdio',
        address: null,
        tool: 'search_logs',
        arguments: { word: 'hello' },
        bytes: expect.any(Number),
        ms: expect.any(Number),
        outcome: 'ok',
        shared: false,
      },
    ]);
    expect(entries[0]?.bytes).toBeGreaterThan('hello'.length);
  });

  it('knows a client by what each of its requests says, or else by what its transport said', async () => {
    const { connect, entries } = environment([echo()]);
    const { call } = await connect({ client: 'curl/8', caller: 'token 1a2b3c4d' });
    await call('a');
    const clientInfo = { name: 'agent\u202e\n', version: '3' };
    await call('b', { _meta: { 'io.modelcontextprotocol/clientInfo': clientInfo } });
    expect(entries.map(({ client, caller }) => [client, caller])).toEqual([
      ['curl/8', 'token 1a2b3c4d'],
      ['agent /3', 'token 1a2b3c4d'],
    ]);
  });

  it('has calls of tools that there are not, and of arguments that cannot be', async () => {
    const { connect, entries } = environment([echo()]);
    const { call, client } = await connect();
    const unknown = await client.callTool({ name: `kubectl_delete ${'x'.repeat(500)}` });
    expect(unknown.isError).toBe(true);
    expect(textOf(unknown)).toContain('The tools are: search_logs.');
    await call(7);
    await call('x', { _meta: { [WINDOW_META]: 'yesterday' } });
    expect(entries.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
    expect(entries[0]?.tool).toMatch(/^kubectl_delete x+…$/);
    expect(entries[0]?.tool).toHaveLength(100);
    expect(entries[1]?.arguments).toEqual({ word: 7 });
  });

  it('tells failures of a tool, of the caller and of time from each other', async () => {
    const tool = echo('search_logs', async (word) => {
      if (word === 'words') throw new ToolError('There is no such app.');
      if (word === 'bug') throw new TypeError('undefined is not a function');
      return await new Promise(() => {});
    });
    const { connect, entries } = environment([tool], { limits: { callMs: 20 } });
    const { call } = await connect();
    await call('words');
    await call('bug');
    expect(textOf(await call('slow'))).toContain('search_logs did not answer within 0.02 s.');
    expect(entries.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'timeout']);
  });

  it('has a call that was cancelled', async () => {
    const asked = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const told = Promise.withResolvers<AuditEntry>();
    const tool = echo('search_logs', async (_word, { signal }) => {
      signal.addEventListener('abort', () => stopped.resolve());
      asked.resolve();
      return await new Promise(() => {});
    });
    const { connect } = environment([tool], { record: told.resolve });
    const { call } = await connect();
    const controller = new AbortController();
    const cancelled = call('x', {}, controller.signal);
    await asked.promise;
    controller.abort();
    await expect(cancelled).rejects.toThrow();
    await stopped.promise;
    expect((await told.promise).outcome).toBe('cancelled');
  });

  it('holds no secret, and of long arguments only their size', async () => {
    const { connect, entries } = environment([echo()]);
    const { call, client } = await connect({ client: 'curl password=hunter2' });
    await call('password=hunter2');
    await call(`${'x'.repeat(10_000)} password=hunter2`);
    const name = 'search_logs';
    const many = Array.from({ length: 400 }, (_, at) => [`key${at}`, 'password=hunter2']);
    await client.callTool({ name, arguments: Object.fromEntries(many) });
    await client.callTool({ name, arguments: Object.fromEntries([...many, ...many.map(twice)]) });
    await client.callTool({ name: `x password=hunter2 ${'x'.repeat(1_000)}` });
    expect(textOf(entries)).not.toContain('hunter2');
    expect(entries[0]?.arguments).toEqual({
      word: expect.stringMatching(/^password=\[REDACTED:password:/),
    });
    expect(entries[1]?.arguments).toEqual({ word: '(10,019 characters)' });
    expect(entries[2]?.arguments).toHaveLength(4_000);
    expect(entries[2]?.arguments).toMatch(/^\{"key0":"password=\[REDACTED:.*…$/);
    expect(entries[3]?.arguments).toMatch(/^\(\d\d,\d{3} characters\)$/);
    expect(entries[4]?.tool).toBe('(1019 characters)');
  });

  it('has a call with too many arguments, which no tool gets to see', async () => {
    let runs = 0;
    const tool = echo('search_logs', async (word) => {
      runs += 1;
      return word;
    });
    const { connect, entries } = environment([tool]);
    const { call } = await connect();
    const result = await call('x'.repeat(64_000));
    expect(textOf(result)).toContain(
      'Invalid arguments for tool search_logs: they have 64,011 characters of JSON, and may have 64,000.',
    );
    expect(runs).toBe(0);
    expect(entries).toMatchObject([
      { outcome: 'refused', arguments: { word: '(64,002 characters)' } },
    ]);
  });

  it('does not look for secrets in what would cost more to redact than to send', async () => {
    const redacted: number[] = [];
    const redact = (text: string) => {
      redacted.push(text.length);
      return text;
    };
    const { connect, entries } = environment([echo()], { redact, limits: { callsPerMinute: 2 } });
    const { client } = await connect();
    const call = async (text: string) => {
      redacted.length = 0;
      await client.callTool({ name: text, arguments: { word: text, [text]: text } });
      return redacted.reduce((sum, length) => sum + length, 0);
    };
    const hostile = 'a+%252Baaaaaa '.repeat(4_000);
    expect(await call(hostile.slice(0, 25_000))).toBeLessThan(1_000);
    expect(await call(hostile)).toBeLessThan(1_000);
    expect(await call('password=hunter2')).toBeLessThan(1_000);
    expect(entries.at(-1)).toMatchObject({ outcome: 'rate_limited', arguments: '(not read)' });
  });

  it('has a call whose arguments are nested beyond any stack', async () => {
    const { connect, entries } = environment([echo()]);
    const { call } = await connect();
    const result = await call(JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`));
    expect(textOf(result)).toContain('Invalid arguments for tool search_logs');
    expect(entries).toMatchObject([{ outcome: 'refused', arguments: '(nested too deeply)' }]);
  });
});

describe('wrong arguments', () => {
  const input = z.strictObject({
    namespace: z.string(),
    name: z.string().optional(),
    kind: z.enum(['pod', 'node']).default('pod'),
    limit: z.int().min(1).max(500).optional(),
    since: z
      .string()
      .regex(/^\d+m$/, 'must be minutes, such as "5m"')
      .optional(),
  });
  const refusalOf = async (args: object) => {
    const tool = { ...echo(), input, run: async () => ({ text: 'x', structured: SMALL }) };
    const { client } = await environment([tool]).connect();
    const { content } = await client.callTool({ name: 'search_logs', arguments: { ...args } });
    return z.tuple([z.object({ text: z.string() })]).parse(content)[0].text;
  };
  const TAKES = 'It takes: namespace (required), name, kind, limit, since.';

  it.each([
    [{ ns: 'shop' }, 'namespace is missing; ns is no argument (did you mean namespace?)'],
    [{ namespace: 'shop', limits: 3 }, 'limits is no argument (did you mean limit?)'],
    [{ namespace: 'shop', verbose: true }, 'verbose is no argument'],
    [{ namespace: 7 }, 'namespace must be a string'],
    [{ namespace: 'shop', kind: 'job' }, 'kind must be one of pod, node'],
    [{ namespace: 'shop', limit: 900 }, 'limit must be at most 500'],
    [{ namespace: 'shop', limit: 0 }, 'limit must be at least 1'],
    [{ namespace: 'shop', since: '1h' }, 'since must be minutes, such as "5m"'],
    [
      { namespace: 'shop', a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 },
      'a is no argument; b is no argument; c is no argument; d is no argument; e is no argument; 1 more',
    ],
  ])('%j are answered with what is wrong and what there is', async (args, problem) => {
    const text = await refusalOf(args);
    expect(text).toBe(`Invalid arguments for tool search_logs: ${problem}. ${TAKES}`);
  });

  it('cannot bring line breaks or a page of text into the answer', async () => {
    const text = await refusalOf({ namespace: 'shop', [`x\n\u202e${'y'.repeat(9_000)}`]: 1 });
    expect(text).toMatch(
      /^Invalid arguments for tool search_logs: x y{57}… is no argument\. It takes/,
    );
  });
});

describe('the gate', () => {
  it('is one for all clients of an environment, who share the answer to the same question', async () => {
    let runs = 0;
    const gate = Promise.withResolvers<void>();
    const tool = echo('search_logs', async (word) => {
      runs += 1;
      await gate.promise;
      return word;
    });
    const { connect, entries } = environment([tool]);
    const [one, two] = [await connect(), await connect({ client: 'worker', caller: 'run 7' })];
    const answers = Promise.all([one.call('x'), two.call('x'), two.call('y')]);
    gate.resolve();
    const [first, second, other] = await answers;
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    expect(runs).toBe(2);
    expect(entries.filter(({ shared }) => shared)).toHaveLength(1);
  });

  it('takes questions about other times, to the second, for other questions', async () => {
    let runs = 0;
    const tool = echo('search_logs', async (word) => {
      runs += 1;
      return word;
    });
    const { call } = await environment([tool]).connect();
    const about = (to: string) =>
      call('x', { _meta: { [WINDOW_META]: { from: '2026-11-21T02:00:00Z', to } } });
    await about('2026-11-21T03:00:00.100Z');
    await about('2026-11-21T03:00:00.900Z');
    expect(runs).toBe(1);
    await about('2026-11-21T03:00:01Z');
    await call('x');
    expect(runs).toBe(3);
  });

  it('holds down who calls too often, whatever it calls itself, and nobody else', async () => {
    const { connect, entries } = environment([echo()], { limits: { callsPerMinute: 1 } });
    const eager = await connect({ client: 'one', caller: 'token a' });
    await eager.call('x');
    const again = await connect({ client: 'another', caller: 'token a' });
    expect(textOf(await again.call('y'))).toMatch(
      /More than 1 tool calls in a minute\. Call again in \d+ s\./,
    );
    const other = await connect({ caller: 'token b' });
    expect((await other.call('y')).isError).toBeUndefined();
    expect(entries.map(({ outcome }) => outcome)).toEqual(['ok', 'rate_limited', 'ok']);
  });
});

describe('an output', () => {
  it('is cut at the end of a line when it is too long, after the secrets are gone', async () => {
    const lines = Array.from({ length: 500 }, (_, line) => `${line} password=hunter2`);
    const tool = { ...echo(), run: async () => ({ text: lines.join('\n'), structured: SMALL }) };
    const { call } = await environment([tool], { outputBytes: 2_000 }).connect();
    const { content } = await call('x');
    const [{ text }] = z.tuple([z.object({ text: z.string() })]).parse(content);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_000);
    expect(text).not.toContain('hunter2');
    expect(text).toMatch(/\n\d+ password=\[REDACTED:password:\w+\]\n… \d+ more lines \(/);
  });

  it('with too much data is a failure that says so, since its schema forbids to cut it', async () => {
    const structured = { ...SMALL, word: 'x'.repeat(1_000_000) };
    const tool = { ...echo(), run: async () => ({ text: 'x', structured }) };
    const { call } = await environment([tool]).connect();
    const result = await call('x');
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/has 1,000,\d{3} bytes of data; one may have 1,000,000\. Ask/);
  });

  it('with too much data is refused before anybody reads it for secrets', async () => {
    const structured = { ...SMALL, word: 'a+%252Baaaaaa '.repeat(2_000_000) };
    const tool = { ...echo(), run: async () => ({ text: 'x', structured }) };
    const { call } = await environment([tool]).connect();
    expect(textOf(await call('x'))).toContain('bytes of data; one may have 1,000,000.');
  });

  it('that its own schema does not allow is a bug, and not passed on', async () => {
    const tool = { ...echo(), output: z.object({ word: z.number() }) };
    const { call } = await environment([tool]).connect();
    const result = await call('x');
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('search_logs failed for a reason of its own');
  });
});
