import { setTimeout } from 'node:timers/promises';
import { DeadlineExceeded, withDeadline } from '../../src/lib/deadline.ts';
import { type Random, seeded } from '../evidence/random.ts';
import type { Generator, Group } from './generators/generator.ts';
import { alertId, groupName } from './ids.ts';

/** The alerts of a night. They come while faults are played, so that each fault finds work to break. */
export interface Traffic {
  alerts: number;
  /** Sends so many more alerts, in groups, spread over some seconds; does not wait for them to be accepted. */
  send(alerts: number): Promise<void>;
  /**
   * Resolves when all that was sent is accepted, or the time is over, with the groups that are not.
   * @throws Error when a delivery was refused for what is in it.
   */
  settled(seconds: number): Promise<string[]>;
}

const APART_MS = 400;

export function createTraffic(generators: readonly Generator[], seed: number): Traffic {
  const random = seeded(seed * 1_000_003);
  const playing: Promise<void>[] = [];
  const unaccepted = new Set<string>();
  const traffic = { alerts: 0 };

  function begin(): void {
    const index = playing.length;
    const generator = generators[index % generators.length];
    if (generator === undefined) throw new Error('there is no generator');
    const group = groupOf(groupName(seed, index), 1 + random.int(generator.groupMax), random);
    traffic.alerts += group.all.length;
    unaccepted.add(group.name);
    const played = generator
      .play(group, seeded(random.int(2 ** 31)))
      .then(() => void unaccepted.delete(group.name));
    playing.push(played);
    // Told by `settled`, however long it is until then.
    played.catch(() => {});
  }

  return Object.assign(traffic, {
    async send(alerts: number) {
      const until = traffic.alerts + alerts;
      while (traffic.alerts < until) {
        begin();
        await setTimeout(random.int(APART_MS));
      }
    },
    async settled(seconds: number) {
      try {
        await withDeadline(seconds * 1_000, () => Promise.all(playing));
      } catch (error) {
        if (!(error instanceof DeadlineExceeded)) throw error;
      }
      return [...unaccepted];
    },
  });
}

function groupOf(name: string, size: number, random: Random): Group {
  const all = Array.from({ length: size }, (_, alert) => alertId(name, alert));
  const first = all.slice(0, 1 + random.int(size));
  return { name, first, all, resolves: random.int(3) === 0 };
}
