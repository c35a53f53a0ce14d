import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Random, seeded } from '../evidence/random.ts';
import { check, type Findings } from './check.ts';
import type { Cleanup } from './cleanup.ts';
import { drawFaults } from './faults/deck.ts';
import { type Fault, MomentMissed, type Resumed } from './faults/fault.ts';
import { openGenerators } from './generators/open.ts';
import { look, unfinishedGroups } from './look.ts';
import { type Outage, playOutage } from './outage.ts';
import { openStage, type Stage, type StageKind } from './stage.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { inSeconds } from './words.ts';

export interface NightPlan {
  seed: number;
  stage: StageKind;
  alerts: number;
  faults: number;
  /** Of Redis, in the middle of the night; 0 for none. */
  outageSeconds: number;
  /** How long threads may take to be complete once nothing is broken any more. */
  settleSeconds: number;
  /** A directory for what the programs printed; null for none. */
  logs: string | null;
}

export interface NightResult extends Findings {
  alerts: number;
  deliveries: number;
  messages: number;
  /** How often each fault was played. */
  played: Map<string, number>;
  /** The crash that took longest to be made good; null when nothing was measured. */
  slowest: Resumed | null;
  outage: Outage | null;
  ownEnds: string[];
  /** Groups that nobody would take, though nothing was broken any more. */
  unaccepted: string[];
}

/**
 * Plays faults while alerts come in, then waits until all is quiet, and compares.
 * @param cleanup Has all that was opened, for the caller to end.
 */
export async function playNight(
  plan: NightPlan,
  say: (line: string) => void,
  cleanup: Cleanup,
): Promise<NightResult> {
  const stage = await openStage(plan.stage, cleanup);
  const { recorder, pagerduty } = stage;
  const generators = await openGenerators({ recorder, pagerduty, dir: stage.world.place.dir });
  const traffic = createTraffic(generators, plan.seed);
  say(`alerts by ${[...new Set(generators.map(({ name }) => name))].join(', ')}`);
  const played = await playFaults(stage, traffic, plan, say);
  const unaccepted = await settle(stage, traffic, plan);
  const seen = await look(stage);
  await saveLogs(stage, plan);
  return {
    ...check(seen),
    ...played,
    unaccepted,
    alerts: traffic.alerts,
    deliveries: seen.accepted.length,
    messages: seen.messages.length,
    ownEnds: stage.ownEnds,
  };
}

async function saveLogs(stage: Stage, { logs, seed, stage: kind }: NightPlan): Promise<void> {
  if (logs === null) return;
  await mkdir(logs, { recursive: true });
  for (const program of new Set([stage.receiver, ...stage.workers])) {
    const name = `seed-${seed}-${kind}-${program.name.replace(' ', '-')}.log`;
    await writeFile(join(logs, name), program.output());
  }
}

type Played = Pick<NightResult, 'played' | 'slowest' | 'outage'>;

async function playFaults(
  stage: Stage,
  traffic: Traffic,
  plan: NightPlan,
  say: (line: string) => void,
): Promise<Played> {
  const random = seeded(plan.seed);
  const faults = drawFaults(stage, plan.faults, random);
  const result: Played = { played: new Map(), slowest: null, outage: null };
  for (const [index, fault] of faults.entries()) {
    if (index === Math.floor(faults.length / 2) && plan.outageSeconds > 0) {
      say(`Redis stays away for ${plan.outageSeconds} s`);
      result.outage = await playOutage(stage, traffic, plan.outageSeconds, () =>
        settle(stage, traffic, plan),
      );
    }
    const due = Math.ceil((plan.alerts * (index + 1)) / faults.length);
    const [told] = await Promise.all([
      playFault(fault, stage, random, result),
      traffic.send(due - traffic.alerts),
    ]);
    say(`${index + 1}/${faults.length} ${told} · ${stage.recorder.accepted.length} accepted`);
    await Promise.all([stage.receiver, ...stage.workers].map((program) => program.up()));
  }
  return result;
}

/** One at a time, each with numbers of its own, so that one that was missed changes none of those after it. */
async function playFault(
  fault: Fault,
  stage: Stage,
  random: Random,
  result: Played,
): Promise<string> {
  const own = seeded(random.int(2 ** 31));
  try {
    const { detail, resumed } = await fault.play(stage, own);
    result.played.set(fault.name, (result.played.get(fault.name) ?? 0) + 1);
    if (resumed === undefined) return inBrackets(fault.name, detail);
    if (resumed.resumedMs > (result.slowest?.resumedMs ?? 0)) result.slowest = resumed;
    const after = `went on after ${inSeconds(resumed.resumedMs)}, restarted after ${inSeconds(resumed.restartMs)}`;
    return inBrackets(fault.name, detail === undefined ? after : `${detail}, ${after}`);
  } catch (error) {
    if (!(error instanceof MomentMissed)) throw error;
    return `not played: ${fault.name}: ${error.message}`;
  }
}

function inBrackets(name: string, detail: string | undefined): string {
  return detail === undefined ? name : `${name} (${detail})`;
}

const LOOK_MS = 250;

/**
 * Until all that was sent is accepted and every group has a complete thread, or the time is over: the check says
 * which have none.
 * @returns The groups that were not accepted.
 */
async function settle(
  stage: Stage,
  traffic: Traffic,
  { settleSeconds }: NightPlan,
): Promise<string[]> {
  const until = performance.now() + settleSeconds * 1_000;
  const unaccepted = await traffic.settled(settleSeconds);
  while (unfinishedGroups(stage).length > 0 && performance.now() < until) {
    await setTimeout(LOOK_MS);
  }
  return unaccepted;
}
