import { afterEach, describe, expect, it } from 'vitest';
import { connectInMemory, type ToolClientOptions } from '../../src/mcp/client.ts';
import { type Tool, type ToolCaller, type ToolContext, ToolError } from '../../src/tools/tool.ts';
import { echo, memoryLog, serverOf } from './tool-server.ts';

const open: ToolCaller[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((caller) => caller.close()));
});

const WINDOW = { from: '2026-11-21T02:12:00Z', to: '2026-11-21T03:12:00Z' };

function context(signal: AbortSignal = new AbortController().signal): ToolContext {
  return { window: WINDOW, signal };
}

async function connect(tools: readonly Tool[], options: Partial<ToolClientOptions> = {}) {
  const { log, lines } = memoryLog();
  const caller = await connectInMemory(serverOf(tools, { log }), {
    timeoutMs: 5_000,
    log,
    ...options,
  });
  open.push(caller);
  return { caller, lines };
}

/** A tool that goes on until it is told to stop, and says when it started and stopped. */
function endless() {
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  const tool = echo('search_logs', async (_word, { signal }) => {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    started.resolve();
    return await aborted.catch((reason) => {
      stopped.resolve(reason);
      throw reason;
    });
  });
  return { tool, started: started.promise, stopped: stopped.promise };
}

describe('connectInMemory', () => {
  it('gives text and structured content of a tool, with the window of the investigation', async () => {
    const { caller } = await connect([echo()]);
    expect(await caller.call('search_logs', { word: 'hello' }, context())).toEqual({
      text: 'hello',
      structured: { word: 'hello', window: WINDOW },
      isError: false,
    });
  });

  it('lists only tools that are allowed, and pins that list', async () => {
    const { caller } = await connect([echo('search_logs'), echo('kubectl_delete')]);
    const first = await caller.list();
    expect(first.map(({ name }) => name)).toEqual(['search_logs']);
    expect(first[0]?.inputSchema).toMatchObject({
      required: ['word'],
      additionalProperties: false,
    });
    first.pop();
    expect(await caller.list()).toHaveLength(1);
  });

  it('never calls a tool that is not on the list, though the server has it', async () => {
    let called = false;
    const forbidden = echo('kubectl_delete', async () => {
      called = true;
      return 'deleted';
    });
    const { caller } = await connect([echo(), forbidden]);
    expect(await caller.call('kubectl_delete', { word: 'x' }, context())).toEqual({
      text: 'There is no tool kubectl_delete. The tools are: search_logs.',
      structured: null,
      isError: true,
    });
    expect(called).toBe(false);
  });

  it('allows less when told so', async () => {
    const { caller } = await connect([echo()], { allowed: [] });
    expect(await caller.list()).toEqual([]);
    expect((await caller.call('search_logs', { word: 'x' }, context())).text).toContain(
      'The tools are: none.',
    );
  });

  it('works with a server that has no tools at all', async () => {
    const { caller } = await connect([]);
    expect(await caller.list()).toEqual([]);
  });

  it('says in words that arguments are wrong', async () => {
    const { caller } = await connect([echo()]);
    for (const args of [{}, { word: '' }, { word: 1 }, { word: 'x', other: 1 }]) {
      const result = await caller.call('search_logs', args, context());
      expect(result).toMatchObject({ isError: true, structured: null });
      expect(result.text).toContain('Invalid arguments for tool search_logs');
    }
  });

  it('passes the words of a ToolError on', async () => {
    const { caller } = await connect([
      echo('search_logs', async () => {
        throw new ToolError('There is no pod x, password=hunter2.');
      }),
    ]);
    const { text, isError } = await caller.call('search_logs', { word: 'x' }, context());
    expect(isError).toBe(true);
    expect(text).toMatch(/^There is no pod x, password=\[REDACTED:password:[0-9a-f]{8}\]/);
  });

  it('keeps the words of any other error to the log', async () => {
    const { caller, lines } = await connect([
      echo('search_logs', async () => {
        throw new Error('connect 10.0.0.7:5432 token=abc123');
      }),
    ]);
    const { text, isError } = await caller.call('search_logs', { word: 'x' }, context());
    expect(isError).toBe(true);
    expect(text).not.toContain('10.0.0.7');
    expect(text).toContain('search_logs failed');
    expect(lines.join()).toContain('10.0.0.7');
    expect(lines.join()).not.toContain('abc123');
  });

  it('ends a call after its timeout, tells the tool to stop, and says so', async () => {
    const { tool, stopped } = endless();
    const { caller } = await connect([tool], { timeoutMs: 50 });
    const result = await caller.call('search_logs', { word: 'x' }, context());
    expect(result).toEqual({
      text: 'search_logs did not answer within 0.05 s. Ask for less, or go on without it.',
      structured: null,
      isError: true,
    });
    await stopped;
  });

  it('rejects with the reason of the signal when aborted, and tells the tool to stop', async () => {
    const { tool, started, stopped } = endless();
    const { caller } = await connect([tool]);
    const controller = new AbortController();
    const call = caller.call('search_logs', { word: 'x' }, context(controller.signal));
    await started;
    const reason = new Error('stop');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await stopped;
    await expect(
      caller.call('search_logs', { word: 'x' }, context(controller.signal)),
    ).rejects.toBe(reason);
  });

  it('says that the server is gone', async () => {
    const { tool, started } = endless();
    const { caller } = await connect([tool]);
    const call = caller.call('search_logs', { word: 'x' }, context());
    await started;
    await caller.close();
    expect(await call).toMatchObject({
      isError: true,
      text: 'search_logs gave no answer: the tool server is gone.',
    });
    expect((await caller.call('search_logs', { word: 'x' }, context())).isError).toBe(true);
  });

  it('runs calls side by side and keeps their answers apart', async () => {
    const gates = new Map([
      ['a', Promise.withResolvers<void>()],
      ['b', Promise.withResolvers<void>()],
    ]);
    const { caller } = await connect([
      echo('search_logs', async (word) => {
        await gates.get(word)?.promise;
        return word;
      }),
    ]);
    const calls = ['a', 'b'].map((word) => caller.call('search_logs', { word }, context()));
    gates.get('b')?.resolve();
    expect((await calls[1])?.text).toBe('b');
    gates.get('a')?.resolve();
    expect((await calls[0])?.text).toBe('a');
  });
});
