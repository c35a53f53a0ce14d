import { alertBody } from '../e2e/shop.ts';
import { isCardOf, isWorking } from '../e2e/thread.ts';
import { post } from '../e2e/world.ts';
import { inSeconds, printFigure, printTitle } from './print.ts';
import { readFigures } from './process-figures.ts';
import { onLogged, type Programs, startPrograms } from './programs.ts';

const AT_ONCE = 200;
const TURN_MS = 2_000;
/** What is measured is the worker; what keeps it from working is out of the way. */
const LIMITS = {
  concurrentInvestigations: AT_ONCE,
  concurrentToolCallsPerEnvironment: 256,
  investigationsPerHour: 100_000,
  usdPerHour: 100_000,
  gatherSeconds: 0,
};

interface Batch {
  /** From the first webhook to the last conclusion. */
  wallMs: number;
  /** Of the worker, to the last card; null where it cannot be read. */
  cpuMs: number | null;
}

/** Many investigations at once in one worker, against one alone. */
export async function benchInvestigations(): Promise<void> {
  printTitle(
    `investigations: ${AT_ONCE} at once in one worker, of three turns of ${TURN_MS / 1000} s each, on Redis and PostgreSQL`,
  );
  const programs = await startPrograms({
    world: { thinkMs: TURN_MS },
    settings: { limits: LIMITS },
  });
  if (programs === null) return console.log('  left out, Redis or PostgreSQL is not installed');
  try {
    await investigateAtOnce('Warm', 1, programs);
    const one = await investigateAtOnce('Alone', 1, programs);
    const all = await investigateAtOnce('Many', AT_ONCE, programs);
    printFigure('wall clock of one', inSeconds(one.wallMs));
    printFigure(`wall clock of ${AT_ONCE}`, inSeconds(all.wallMs));
    printFigure('ratio', (all.wallMs / one.wallMs).toFixed(2), 'at most 1.3');
    if (all.cpuMs === null) return;
    printFigure('CPU of the worker per investigation', `${(all.cpuMs / AT_ONCE).toFixed(0)} ms`);
  } finally {
    await programs.stop();
  }
}

async function investigateAtOnce(
  prefix: string,
  count: number,
  { webhooks, worker, world: { slack } }: Programs,
): Promise<Batch> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index}x`);
  const before = readFigures(worker.pid);
  const startedAt = performance.now();
  const concluded = onLogged(worker, 'investigation concluded', count);
  await Promise.all(names.map((name) => send(webhooks.url, name)));
  await concluded;
  const wallMs = performance.now() - startedAt;
  await Promise.all(
    names.map((name) =>
      slack.onMessage((message) => isCardOf(name)(message) && !isWorking(message)),
    ),
  );
  const after = readFigures(worker.pid);
  return { wallMs, cpuMs: before === null || after === null ? null : after.cpuMs - before.cpuMs };
}

async function send(url: string, name: string): Promise<void> {
  const response = await post(url, alertBody({ name }));
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`a webhook was answered with ${response.status}`);
}
