import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTokens } from 'gpt-tokenizer';
import { startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { benchLogs, benchObjects } from './cluster.ts';
import { type Question, questions, type ServerName } from './questions.ts';
import { type Server, startServer } from './servers.ts';

/** The same questions to this tool server and to its peers, over the same API server: tokens and latency. */

const PEERS: ServerName[] = ['kubernetes-mcp-server', 'mcp-server-kubernetes'];
const ROUNDS = 15;
/** Before the counted ones: a tool server lives for days, and its first calls are no measure. */
const WARM_UP = 5;

interface Measured {
  question: string;
  server: ServerName;
  calls: number;
  tokens: number;
  /** All the calls, one after the other, as a model makes them. */
  ms: number;
  /** Facts that no output held. */
  missing: string[];
}

async function main(): Promise<void> {
  const now = new Date();
  const fake = await startFakeKubernetes({ objects: benchObjects(now), logs: benchLogs(now) });
  const folder = await mkdtemp(join(tmpdir(), 'bench-tools-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigFor(fake.url)));
  const servers: Server[] = [];
  try {
    for (const name of ['probable-cause' as const, ...PEERS]) {
      servers.push(await startServer(name, kubeconfig));
    }
    await printAll(servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    await fake.close();
    await rm(folder, { recursive: true });
  }
}

async function printAll(servers: readonly Server[]): Promise<void> {
  console.log(`${new Date().toISOString()} · Node ${process.versions.node} · tokens: o200k`);
  console.log(
    'tokens, our share of them; p50 and best time of all the calls that give the facts\n',
  );
  const measured = await measureAll(servers);
  for (const { text } of questions) {
    console.log(text);
    const of = (name: ServerName) =>
      measured.filter((it) => it.question === text && it.server === name);
    const ours = summaryOf(of('probable-cause'));
    for (const { name } of servers) {
      const own = summaryOf(of(name));
      const share = name === 'probable-cause' ? '' : (ours.tokens / own.tokens).toFixed(2);
      const note = own.missing.length === 0 ? '' : `  WITHOUT ${own.missing.join(', ')}`;
      const cells = [
        `  ${name.padEnd(22)}`,
        `${own.calls} call${own.calls === 1 ? ' ' : 's'}`,
        `${String(own.tokens).padStart(6)} tokens`,
        share.padStart(4),
        `${own.p50Ms.toFixed(1).padStart(7)} ms`,
        `${own.bestMs.toFixed(1).padStart(7)} ms`,
      ];
      console.log(`${cells.join('  ')}${note}`);
    }
  }
  const total = (name: ServerName) => {
    const each = questions.map(({ text }) =>
      summaryOf(measured.filter((it) => it.question === text && it.server === name)),
    );
    const tokens = each.reduce((sum, one) => sum + one.tokens, 0);
    return { tokens, ms: each.reduce((sum, one) => sum + one.p50Ms, 0) };
  };
  console.log('All questions');
  const own = total('probable-cause');
  for (const { name } of servers) {
    const { tokens, ms } = total(name);
    const share = name === 'probable-cause' ? '' : `  ${(own.tokens / tokens).toFixed(2)}`;
    console.log(`  ${name.padEnd(22)} ${tokens} tokens${share}  ${ms.toFixed(1)} ms`);
  }
}

/**
 * The servers take turns, so that what else the machine does hits none alone. Rounds follow each other at once, as
 * the calls of an investigation do; what a server does to hold itself back shows.
 */
async function measureAll(servers: readonly Server[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    for (const question of questions) {
      for (const server of servers) {
        const one = await measureOne(question, server, round);
        if (round >= WARM_UP) measured.push(one);
      }
    }
  }
  return measured;
}

async function measureOne(question: Question, server: Server, round: number): Promise<Measured> {
  const calls = question.calls[server.name];
  const begun = performance.now();
  const texts: string[] = [];
  for (const call of calls) texts.push(await server.call(call, round));
  const ms = performance.now() - begun;
  const text = texts.join('\n');
  return {
    question: question.text,
    server: server.name,
    calls: calls.length,
    tokens: countTokens(text),
    ms,
    missing: question.facts.filter((fact) => !fact.test(text)).map(String),
  };
}

function summaryOf(rounds: readonly Measured[]) {
  const [first] = rounds;
  if (first === undefined) throw new Error('nothing was measured');
  const times = rounds.map(({ ms }) => ms);
  return { ...first, p50Ms: median(times), bestMs: Math.min(...times) };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function kubeconfigFor(server: string) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server } }],
    users: [{ name: 'reader', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'reader', namespace: 'shop' } }],
    'current-context': 'bench',
  };
}

await main();
