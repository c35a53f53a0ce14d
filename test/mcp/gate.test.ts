import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGate, type GatedCall, type GateLimits } from '../../src/mcp/gate.ts';

afterEach(() => {
  vi.useRealTimers();
});

function gateOf(limits: Partial<GateLimits> = {}) {
  return createGate<string>({ callMs: 5_000, callsPerMinute: 600, concurrentCalls: 16, ...limits });
}

/** Work that ends when told to, and remembers how often it began and with which signals. */
function work() {
  const ends = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const call = (
    key: string,
    signal = new AbortController().signal,
    caller = 'stdio',
  ): GatedCall<string> => ({
    tool: 'search_logs',
    caller,
    key,
    signal,
    async work(own) {
      signals.push(own);
      return await ends.promise;
    },
  });
  return { call, signals, end: ends.resolve, fail: ends.reject };
}

describe('identical calls', () => {
  it('in flight are one run', async () => {
    const gate = gateOf();
    const { call, signals, end } = work();
    const both = Promise.all([gate.run(call('a')), gate.run(call('a'))]);
    end('found');
    expect(await both).toEqual([
      { value: 'found', shared: false },
      { value: 'found', shared: true },
    ]);
    expect(signals).toHaveLength(1);
  });

  it('get a result of up to 5 s ago, and after that ask again', async () => {
    vi.useFakeTimers();
    const gate = gateOf();
    const { call, signals, end } = work();
    end('found');
    await gate.run(call('a'));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(await gate.run(call('a'))).toEqual({ value: 'found', shared: true });
    await vi.advanceTimersByTimeAsync(1);
    expect(await gate.run(call('a'))).toEqual({ value: 'found', shared: false });
    expect(signals).toHaveLength(2);
  });

  it('do not get a failure of a moment ago', async () => {
    const gate = gateOf();
    const { call, fail } = work();
    fail(new Error('down'));
    await expect(gate.run(call('a'))).rejects.toThrow('down');
    const { call: again, end } = work();
    end('up');
    expect(await gate.run(again('a'))).toEqual({ value: 'up', shared: false });
  });

  it('go on for the others when one of them is cancelled', async () => {
    const gate = gateOf();
    const { call, signals, end } = work();
    const controller = new AbortController();
    const cancelled = gate.run(call('a', controller.signal));
    const other = gate.run(call('a'));
    const reason = new Error('no longer wanted');
    controller.abort(reason);
    await expect(cancelled).rejects.toBe(reason);
    expect(signals[0]?.aborted).toBe(false);
    end('found');
    expect((await other).value).toBe('found');
  });

  it('are told to stop when nobody waits any more, and start anew for the next', async () => {
    const gate = gateOf();
    const { call, signals } = work();
    const controllers = [new AbortController(), new AbortController()];
    const runs = controllers.map(({ signal }) => gate.run(call('a', signal)));
    for (const controller of controllers) controller.abort();
    await Promise.allSettled(runs);
    expect(signals[0]?.aborted).toBe(true);
    const { call: again, end } = work();
    end('found');
    expect(await gate.run(again('a'))).toEqual({ value: 'found', shared: false });
  });
});

describe('the time of a call', () => {
  it('ends it with words for a model, and tells the work to stop', async () => {
    vi.useFakeTimers();
    const gate = gateOf({ callMs: 15_000 });
    const { call, signals } = work();
    const run = expect(gate.run(call('a'))).rejects.toMatchObject({
      outcome: 'timeout',
      message: 'search_logs did not answer within 15 s. Ask for less, or go on without it.',
    });
    await vi.advanceTimersByTimeAsync(15_000);
    await run;
    expect(signals[0]?.aborted).toBe(true);
  });

  it('includes the wait for a place, and says so', async () => {
    vi.useFakeTimers();
    const gate = gateOf({ callMs: 1_000, concurrentCalls: 1 });
    const { call, signals } = work();
    const first = gate.run(call('a')).catch(() => 'timeout');
    await vi.advanceTimersByTimeAsync(0);
    const second = expect(gate.run(call('b'))).rejects.toThrow(
      'search_logs did not get its turn within 1 s: too many other calls were going on.',
    );
    vi.advanceTimersByTime(1_000);
    await second;
    expect(await first).toBe('timeout');
    expect(signals).toHaveLength(1);
  });

  it('frees the place of work that does not stop when told to', async () => {
    vi.useFakeTimers();
    const gate = gateOf({ callMs: 1_000, concurrentCalls: 1 });
    const stuck = gate.run(work().call('a')).catch(() => 'timeout');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await stuck).toBe('timeout');
    const { call, end } = work();
    end('found');
    expect((await gate.run(call('b'))).value).toBe('found');
  });
});

it('runs calls of one caller side by side up to half of the cap, and the rest in turn', async () => {
  const gate = gateOf({ concurrentCalls: 4 });
  const works = ['a', 'b', 'c'].map((key) => ({ key, ...work() }));
  const runs = works.map(({ call, key }) => gate.run(call(key)));
  const begun = () => works.filter(({ signals }) => signals.length > 0).map(({ key }) => key);
  await vi.waitFor(() => expect(begun()).toEqual(['a', 'b']));
  works[1]?.end('b is done');
  await runs[1];
  await vi.waitFor(() => expect(begun()).toEqual(['a', 'b', 'c']));
  for (const { end } of works) end('done');
  await Promise.all(runs);
});

it('does not start a call that was cancelled while it waited', async () => {
  const gate = gateOf({ concurrentCalls: 1 });
  const first = work();
  const second = work();
  const running = gate.run(first.call('a'));
  const controller = new AbortController();
  const waiting = gate.run(second.call('b', controller.signal));
  controller.abort();
  await expect(waiting).rejects.toThrow();
  first.end('done');
  await running;
  const third = work();
  third.end('done');
  await gate.run(third.call('c'));
  expect(second.signals).toEqual([]);
});

it('leaves room for another caller, whatever one of them asks for', async () => {
  const gate = gateOf({ concurrentCalls: 4 });
  const greedy = work();
  const runs = Array.from({ length: 50 }, (_, at) => gate.run(greedy.call(`${at}`)));
  const { call, end } = work();
  end('found');
  const { signal } = new AbortController();
  expect((await gate.run(call('x', signal, 'token b'))).value).toBe('found');
  // What waits for a place of somebody else's is no answer to wait for.
  expect(await gate.run(call('49', signal, 'token b'))).toEqual({ value: 'found', shared: false });
  expect(greedy.signals).toHaveLength(2);
  greedy.end('done');
  await Promise.all(runs);
});

it('lets a client call so often in a minute, tells it when to come back, and spares the others', async () => {
  vi.useFakeTimers();
  const gate = gateOf({ callsPerMinute: 2 });
  await gate.admit('token a');
  await vi.advanceTimersByTimeAsync(20_000);
  await gate.admit('token a');
  await expect(gate.admit('token a')).rejects.toMatchObject({
    outcome: 'rate_limited',
    message: 'More than 2 tool calls in a minute. Call again in 40 s.',
  });
  await gate.admit('token b');
  await vi.advanceTimersByTimeAsync(40_000);
  await gate.admit('token a');
});
