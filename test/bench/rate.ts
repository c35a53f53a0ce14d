import { setTimeout } from 'node:timers/promises';
import { findRedis } from '../services/binaries.ts';
import { startRedis } from '../services/servers.ts';
import { quantile } from './measure.ts';
import { inMilliseconds, printFigure, printTitle } from './print.ts';
import { createSender, startWebhooksProcess } from './webhooks.ts';

const PER_SECOND = 500;
const SECONDS = 10;
const WARM_UP_SECONDS = 2;
/** Half a second of webhooks: when all of them wait for an answer, the next one counts as refused. */
const CONNECTIONS = PER_SECOND / 2;

interface Answers {
  /** Milliseconds from when each accepted one was due, shortest first. */
  durations: number[];
  refused: number;
}

/** Webhooks that come steadily, whether those before them are answered or not: as senders do, who do not wait for each other. */
export async function benchRate(): Promise<void> {
  printTitle(
    `rate: ${PER_SECOND} webhooks a second for ${SECONDS} s on Redis (everysec), no workers`,
  );
  const binary = findRedis();
  if (binary === null) return console.log('  left out, redis-server is not installed');
  const redis = await startRedis(binary, { durable: true });
  const webhooks = await startWebhooksProcess({ redis: redis.url });
  const sender = await createSender(webhooks.url, CONNECTIONS);
  try {
    await sendSteadily(sender.send, WARM_UP_SECONDS);
    const { durations, refused } = await sendSteadily(sender.send, SECONDS);
    printFigure('accepted', `${durations.length} of ${durations.length + refused}`, 'all');
    printFigure('p50 of the answer', inMilliseconds(quantile(durations, 0.5)));
    printFigure('p99 of the answer', inMilliseconds(quantile(durations, 0.99)), 'under 50 ms');
  } finally {
    sender.close();
    await webhooks.stop();
    await redis.stop();
  }
}

/** Counts from when a webhook was due: what is sent late because the sender was held up counts too. */
async function sendSteadily(send: () => Promise<void>, seconds: number): Promise<Answers> {
  const answers: Answers = { durations: [], refused: 0 };
  const total = PER_SECOND * seconds;
  const pending: Promise<void>[] = [];
  const startedAt = performance.now();
  while (pending.length < total) {
    const dueAt = startedAt + (pending.length * 1000) / PER_SECOND;
    const early = dueAt - performance.now();
    if (early > 0) await setTimeout(early);
    pending.push(
      send().then(
        () => void answers.durations.push(performance.now() - dueAt),
        () => {
          answers.refused += 1;
        },
      ),
    );
  }
  await Promise.all(pending);
  answers.durations.sort((a, b) => a - b);
  return answers;
}
