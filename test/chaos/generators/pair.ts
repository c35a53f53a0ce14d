import { setTimeout } from 'node:timers/promises';
import { post } from '../../e2e/world.ts';
import type { Random } from '../../evidence/random.ts';
import { type Generator, GROUP_MAX, type Outside, PAUSE_MS } from './generator.ts';
import { bodyOf, untilAccepted } from './payload.ts';

/** What the two peers of a highly available pair post, each by itself, until it is accepted. */
export async function openPair({ recorder }: Outside): Promise<Generator> {
  const deliverByPeers = async (body: object, random: Random) => {
    const peers = random.int(2) === 0 ? ['a'] : ['a', 'b'];
    await Promise.all(
      peers.map((peer) => {
        const externalURL = `http://alertmanager-${peer}:9093`;
        return untilAccepted(() => post(recorder.url, { ...body, externalURL }));
      }),
    );
  };
  return {
    name: 'direct posts',
    groupMax: GROUP_MAX,
    async play(group, random) {
      await deliverByPeers(bodyOf(group.name, group.first, 'firing'), random);
      await setTimeout(random.int(PAUSE_MS));
      await deliverByPeers(bodyOf(group.name, group.all, 'firing'), random);
      if (!group.resolves) return;
      await setTimeout(random.int(PAUSE_MS));
      await deliverByPeers(bodyOf(group.name, group.all, 'resolved'), random);
    },
  };
}
