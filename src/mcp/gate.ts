import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ToolError } from '../tools/tool.ts';
import { createPlaces } from './places.ts';

export interface GateLimits {
  /** For one call over everything it does, its wait for a place included. */
  callMs: number;
  /** Of one client. */
  callsPerMinute: number;
  /** Of all callers together; one alone gets half of them. */
  concurrentCalls: number;
}

/** A call that the gate did not let through, or ended. The message is for the model. */
export class GateError extends ToolError {
  readonly outcome: 'rate_limited' | 'timeout';

  constructor(outcome: GateError['outcome'], message: string) {
    super(message);
    this.outcome = outcome;
  }
}

export interface GatedCall<T> {
  tool: string;
  /** Who asks. */
  caller: string;
  /** Calls with the same key are the same question. */
  key: string;
  /** Of whoever asks. */
  signal: AbortSignal;
  work: (signal: AbortSignal) => Promise<T>;
}

/** Stands between all tool servers of one environment and its systems. A process has one for each. */
export interface Gate<T> {
  /** @throws GateError when this client has used up its calls of the minute. */
  admit(client: string): Promise<void>;
  /**
   * The result of `work`, or of the same work that is going on, or was done a moment ago, for somebody else.
   * Whoever's signal aborts is rejected at once; the work is told to stop when nobody waits for it any more.
   * @throws GateError after `callMs`.
   */
  run(call: GatedCall<T>): Promise<{ value: T; shared: boolean }>;
}

/** How long a result stays good for whoever asks the same again. */
const FRESH_MS = 5_000;

export function createGate<T>(limits: GateLimits): Gate<T> {
  const { callsPerMinute, concurrentCalls } = limits;
  const limiter = new RateLimiterMemory({ points: callsPerMinute, duration: 60 });
  const places = createPlaces(concurrentCalls);
  const runs = new Map<string, SharedRun<T>>();
  return {
    async admit(client) {
      try {
        await limiter.consume(client);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        throw new GateError(
          'rate_limited',
          `More than ${callsPerMinute} tool calls in a minute. Call again in ${Math.ceil(refused.msBeforeNext / 1000)} s.`,
        );
      }
    },
    async run(call) {
      call.signal.throwIfAborted();
      const known = runs.get(call.key);
      const shared = known !== undefined && mayJoin(known, call);
      const run = shared ? known : start(call);
      return { value: await joined(run, call.signal), shared };
    },
  };

  function start(call: GatedCall<T>): SharedRun<T> {
    const { key, caller } = call;
    const stop = new AbortController();
    const progress = { started: false };
    const forget = () => {
      if (runs.get(key) === run) runs.delete(key);
    };
    const run: SharedRun<T> = {
      result: runUntil(stop, call, progress),
      caller,
      progress,
      waiting: 0,
      abandon() {
        forget();
        stop.abort(new Error('nobody waits for it any more'));
      },
    };
    runs.set(key, run);
    run.result.then(() => setTimeout(forget, FRESH_MS).unref(), forget);
    return run;
  }

  /** In one of the places, until it is done, told to stop, or out of time. */
  async function runUntil(
    stop: AbortController,
    { tool, caller, work }: GatedCall<T>,
    progress: Progress,
  ): Promise<T> {
    const timer = setTimeout(() => {
      stop.abort(new GateError('timeout', outOfTime(tool, progress, limits)));
    }, limits.callMs);
    const place = places.take(caller, () => {
      // It may have been given up while it waited.
      stop.signal.throwIfAborted();
      progress.started = true;
      return orAborted(work(stop.signal), stop.signal);
    });
    try {
      return await orAborted(place, stop.signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

function outOfTime(tool: string, { started }: Progress, { callMs }: GateLimits) {
  const seconds = `${callMs / 1000} s`;
  return started
    ? `${tool} did not answer within ${seconds}. Ask for less, or go on without it.`
    : `${tool} did not get its turn within ${seconds}: too many other calls were going on. Call again, with fewer at a time.`;
}

interface Progress {
  /** Whether it has its place. */
  started: boolean;
}

/** One run of one question, and how many wait for its result. */
interface SharedRun<T> {
  result: Promise<T>;
  /** In whose place it runs. */
  caller: string;
  progress: Progress;
  waiting: number;
  abandon(): void;
}

/** A question that waits for somebody else's place is asked anew: that one may have many others before it. */
function mayJoin<T>({ caller, progress }: SharedRun<T>, asking: GatedCall<T>): boolean {
  return progress.started || caller === asking.caller;
}

async function joined<T>(run: SharedRun<T>, signal: AbortSignal): Promise<T> {
  run.waiting += 1;
  try {
    return await orAborted(run.result, signal);
  } finally {
    run.waiting -= 1;
    if (run.waiting === 0 && signal.aborted) run.abandon();
  }
}

/** What `promise` gives, unless the signal aborts first: then its reason. Leaves no listener behind. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
