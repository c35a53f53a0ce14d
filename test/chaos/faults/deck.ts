import type { Random } from '../../evidence/random.ts';
import type { Stage } from '../stage.ts';
import { clockFaults } from './clock.ts';
import { diskFaults } from './disk.ts';
import type { Fault } from './fault.ts';
import { modelFaults } from './model.ts';
import { networkFaults } from './networks.ts';
import { processFaults } from './processes.ts';
import { serverFaults } from './servers.ts';
import { slackFaults } from './slack.ts';

const all: readonly Fault[] = [
  ...processFaults,
  ...serverFaults,
  ...slackFaults,
  ...modelFaults,
  ...networkFaults,
  ...clockFaults,
  ...diskFaults,
];

/** So many faults that fit the stage, in a random order: none comes again before all others came. */
export function drawFaults(stage: Stage, count: number, random: Random): Fault[] {
  const fitting = all.filter((fault) => fault.fits(stage));
  const drawn: Fault[] = [];
  while (drawn.length < count) drawn.push(...shuffled(fitting, random));
  return drawn.slice(0, count);
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.int(left.length), 1));
}
