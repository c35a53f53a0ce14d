import { createLogger } from '../../src/lib/log.ts';
import { findPostgres, findRedis } from '../services/binaries.ts';
import { scratchDirectory } from '../services/scratch.ts';
import { startPostgres, startRedis } from '../services/servers.ts';
import { type Bounds, measure, type Speed } from './measure.ts';
import { body, intakeJob } from './payload.ts';
import { printTitle } from './print.ts';
import { type Address, openQueue } from './queues.ts';
import { createSender, startWebhooksProcess } from './webhooks.ts';

/** What a webhook costs over the bare add of its job to the queue, on each back end that there is here. */

const BOUNDS: Bounds = { count: 2_000, inFlight: 32, warmUp: 200, seconds: 20 };
/** Of both by turns: what else the machine does meanwhile hits neither alone. */
const ROUNDS = 3;

interface BackEnd {
  name: string;
  /** Null when its server is not installed. */
  start(): Promise<{ address: Address; stop(): Promise<void> }> | null;
}

const backEnds: BackEnd[] = [
  { name: 'embedded', start: startEmbedded },
  { name: 'PostgreSQL (fsync)', start: startOwnPostgres },
  { name: 'Redis (everysec)', start: startOwnRedis },
];

async function startEmbedded() {
  const { dir, remove } = await scratchDirectory({ onDisk: true });
  return { address: { dataDir: dir }, stop: remove };
}

function startOwnPostgres() {
  const binaries = findPostgres();
  if (binaries === null) return null;
  return startPostgres(binaries, { durable: true }).then(({ url, stop }) => ({
    address: { url },
    stop,
  }));
}

function startOwnRedis() {
  const binary = findRedis();
  if (binary === null) return null;
  return startRedis(binary, { durable: true }).then(({ url, stop }) => ({
    address: { redis: url },
    stop,
  }));
}

async function measureAdds(address: Address): Promise<Speed> {
  const { queue, close } = await openQueue(address, createLogger('error'));
  try {
    return await measure(async () => {
      const job = intakeJob();
      await queue.add('intake', job, { id: job.delivery.id });
    }, BOUNDS);
  } finally {
    await close();
  }
}

async function measureWebhooks(address: Address): Promise<Speed> {
  const webhooks = await startWebhooksProcess(address);
  const sender = await createSender(webhooks.url, BOUNDS.inFlight);
  try {
    return await measure(sender.send, BOUNDS);
  } finally {
    sender.close();
    await webhooks.stop();
  }
}

interface Round {
  adds: Speed;
  webhooks: Speed;
}

/** The round in the middle, by the ratio of its two speeds. */
async function measureRounds(address: Address): Promise<Round> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const adds = await measureAdds(address);
    rounds.push({ adds, webhooks: await measureWebhooks(address) });
  }
  rounds.sort((a, b) => ratioOf(a) - ratioOf(b));
  const middle = rounds[Math.floor(ROUNDS / 2)];
  if (middle === undefined) throw new Error('there was no round');
  return middle;
}

function ratioOf({ adds, webhooks }: Round): number {
  return webhooks.perSecond / adds.perSecond;
}

const COLUMNS = [19, 10, 9, 9, 12, 9, 9, 13];

function printRow(cells: string[]): void {
  const [first = '', ...rest] = cells;
  const aligned = rest.map((cell, index) => cell.padStart(COLUMNS[index + 1] ?? 0));
  console.log([first.padEnd(COLUMNS[0] ?? 0), ...aligned].join(''));
}

function speedCells({ perSecond, p50Ms, p99Ms }: Speed): string[] {
  return [perSecond.toFixed(0), `${p50Ms.toFixed(1)} ms`, `${p99Ms.toFixed(1)} ms`];
}

/** Prints a line for each back end. */
export async function benchWebhooks(): Promise<void> {
  printTitle('webhooks: what one costs over the bare add of its job to the queue');
  console.log(
    `${BOUNDS.count} of each, ${BOUNDS.inFlight} in flight, bodies of ${body.byteLength} bytes, no workers; ` +
      `of ${ROUNDS} rounds the one with the median ratio\n`,
  );
  printRow(['', 'add/s', 'p50', 'p99', 'webhook/s', 'p50', 'p99', 'webhook/add']);
  for (const { name, start } of backEnds) {
    const started = await start();
    if (started === null) {
      console.log(`${name}: left out, its server is not installed`);
      continue;
    }
    try {
      const round = await measureRounds(started.address);
      const { adds, webhooks } = round;
      printRow([name, ...speedCells(adds), ...speedCells(webhooks), ratioOf(round).toFixed(2)]);
    } finally {
      await started.stop();
    }
  }
}
