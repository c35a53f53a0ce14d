import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Channel } from '../../src/notify/channel.ts';
import type { Store } from '../../src/store/store.ts';
import { createDeliver } from '../../workers/deliver.ts';
import { capturedLog } from '../queue/captured-log.ts';
import { findBackend, type Place } from '../services/backends.ts';
import { AT, aDelivery, anIncident, aReport, WINDOW } from '../store/samples.ts';
import { aTry } from './job.ts';
import { memoryChannel } from './memory-channel.ts';

let place: Place;
let store: Store;

beforeAll(async () => {
  place = await findBackend('embedded').prepare();
  store = await place.openStore();
});
afterAll(() => place.close());

/** A new incident with an investigation that waits. */
async function incidentId(): Promise<string> {
  const incident = anIncident({ groupId: crypto.randomUUID() });
  const decision = { kind: 'open', reason: 'first-seen' } as const;
  await store.record(incident.groupId, aDelivery(), () => ({ decision, incident }));
  await store.ensureRun({ id: `${incident.id}-r1`, incidentId: incident.id, window: WINDOW });
  return incident.id;
}

function deliver(id: string, channel: string, channels: Channel[]) {
  const { log, lines } = capturedLog();
  const messages: string[] = [];
  const handler = createDeliver({
    store,
    channels,
    disclaimer: null,
    onMessages: (...told) => messages.push(told.join(' ')),
    log,
  });
  return { messages, lines, done: handler({ version: 1, incidentId: id, channel }, aTry()) };
}

it('brings the channel of the job, and no other, in line with the incident', async () => {
  const id = await incidentId();
  const [slack, pager] = [memoryChannel('slack'), memoryChannel('pager')];
  const channels = [slack.channel, pager.channel];
  await deliver(id, 'slack', channels).done;
  await deliver(id, 'slack', channels).done;
  await store.concludeRun(`${id}-r1`, aReport(), AT);
  await deliver(id, 'slack', channels).done;
  expect(slack.shown).toEqual(['queued', 'concluded']);
  expect(pager.shown).toEqual([]);
});

it('ends, and says so, when its channel is no longer configured', async () => {
  const id = await incidentId();
  const pager = memoryChannel('pager');
  const { lines, done } = deliver(id, 'slack', [pager.channel]);
  await done;
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, incident: id, channel: 'slack', msg: expect.stringContaining('no longer') },
  ]);
  expect(pager.shown).toEqual([]);
});

it('ends, and says why, when the channel will never take the message', async () => {
  const id = await incidentId();
  const slack = memoryChannel('slack', 'invite the bot to the channel');
  const { lines, messages, done } = deliver(id, 'slack', [slack.channel]);
  await done;
  expect(messages).toEqual(['slack posted 0', 'slack edited 0', 'slack refused 1']);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 50, key: 'card', msg: 'not delivered: invite the bot to the channel' },
  ]);
});

it('fails, to be tried again, when the incident is not there yet', async () => {
  const { done } = deliver('inc-unknown', 'slack', [memoryChannel('slack').channel]);
  await expect(done).rejects.toThrow('incident inc-unknown is not stored');
});
