import type { Random } from '../../evidence/random.ts';
import type { Stage } from '../stage.ts';
import type { TcpProxy } from '../tcp-proxy.ts';
import { anywhere, between, type Fault, forAWhile, type Played } from './fault.ts';

/** What goes wrong between two machines that are both well. */
export const networkFaults: readonly Fault[] = [
  {
    name: 'a network loses what is said',
    fits: anywhere,
    play: (stage, random) => loseFor(stage, random, 'requests'),
  },
  {
    name: 'a network loses the answers',
    fits: anywhere,
    play: (stage, random) => loseFor(stage, random, 'replies'),
  },
  {
    name: 'a network is slow',
    fits: anywhere,
    async play(stage, random) {
      const { name, network } = pickNetwork(stage, random);
      const delayMs = between(random, 30, 300);
      network.delay(delayMs);
      await forAWhile(between(random, 1_000, 4_000), () => network.delay(0));
      return { detail: `${name}, ${delayMs} ms` };
    },
  },
  {
    name: 'a network breaks and stays away',
    fits: anywhere,
    async play(stage, random) {
      const { name, network } = pickNetwork(stage, random);
      network.refuse(true);
      network.reset();
      await forAWhile(between(random, 200, 3_000), () => network.refuse(false));
      return { detail: name };
    },
  },
  {
    name: 'connections end on one side',
    fits: anywhere,
    async play(stage, random) {
      const { name, network } = pickNetwork(stage, random);
      network.halfClose();
      await forAWhile(between(random, 200, 2_000), () => network.reset());
      return { detail: name };
    },
  },
];

async function loseFor(
  stage: Stage,
  random: Random,
  direction: 'requests' | 'replies',
): Promise<Played> {
  const { name, network } = pickNetwork(stage, random);
  const hold = network.hold(direction);
  await forAWhile(between(random, 500, 5_000), () => {
    // They do not come late: they are gone with their connections.
    network.reset();
    hold.release();
  });
  return { detail: name };
}

function pickNetwork({ networks }: Stage, random: Random): { name: string; network: TcpProxy } {
  const all = Object.entries(networks);
  const [name, network] = all[random.int(all.length)] ?? ['slack', networks.slack];
  return { name, network };
}
