import { z } from 'zod';
import { type Place, runCommand } from '../e2e/program.ts';
import { isWorking } from '../e2e/thread.ts';
import type { FakeSlack } from '../fakes/slack.ts';
import type { Seen, SeenIncident, SeenMessage } from './check.ts';
import { alertIdsIn, groupNamedIn } from './ids.ts';
import type { Stage } from './stage.ts';

/** Reads all that can be seen from outside: the senders' record, what Slack holds, the API, and the dead letters. */
export async function look({ recorder, world, workers, place }: Stage): Promise<Seen> {
  const url = (await workers[0].up()).url;
  const incidents = await readIncidents(url);
  return {
    accepted: recorder.accepted,
    incidents,
    messages: messagesOf(world.slack),
    deadLetters: deadAlerts(await listDeadLetters(place), incidents),
  };
}

/** Groups of which something was accepted, and whose thread is not complete yet: cheap enough to ask often. */
export function unfinishedGroups({ recorder, world }: Stage): string[] {
  const groups = new Set(recorder.accepted.flatMap(({ ids }) => ids.map(groupNamedIn)));
  const messages = messagesOf(world.slack);
  const detailed = new Set(
    messages.filter(({ says }) => says === 'details').map(({ threadTs }) => threadTs),
  );
  for (const { threadTs, group, says, ts } of messages) {
    if (threadTs === null && says === 'verdict' && detailed.has(ts)) groups.delete(group);
  }
  return [...groups].filter((group) => group !== null);
}

function messagesOf(slack: FakeSlack): SeenMessage[] {
  return slack.messages.map(({ ts, threadTs, text, blocks, metadata }) => {
    const marker = metadata?.event_payload.marker;
    return {
      ts,
      threadTs,
      group: groupNamedIn(JSON.stringify(blocks)),
      marker: typeof marker === 'string' ? marker : null,
      says: sayingOf(threadTs, text),
    };
  });
}

function sayingOf(threadTs: string | null, text: string): SeenMessage['says'] {
  if (threadTs === null) return isWorking({ text }) ? 'other' : 'verdict';
  return text.startsWith('Details') ? 'details' : 'other';
}

const PAGE = 100;
const Page = z.object({
  incidents: z.array(z.object({ id: z.string() })),
  next: z.string().nullable(),
});
const Incident = z.object({
  id: z.string(),
  title: z.string(),
  state: z.string(),
  alerts: z.array(z.object({ labels: z.record(z.string(), z.string()) })),
});

async function readIncidents(url: string): Promise<SeenIncident[]> {
  const incidents: SeenIncident[] = [];
  for (const id of await incidentIds(url)) {
    const { title, state, alerts } = Incident.parse(await getJson(`${url}/api/incidents/${id}`));
    incidents.push({
      id,
      group: groupNamedIn(title),
      ids: alertIdsIn(JSON.stringify(alerts)),
      concluded: state === 'concluded',
    });
  }
  return incidents;
}

async function incidentIds(url: string): Promise<string[]> {
  const ids: string[] = [];
  let query = '';
  for (;;) {
    const { incidents, next } = Page.parse(
      await getJson(`${url}/api/incidents?limit=${PAGE}${query}`),
    );
    ids.push(...incidents.map(({ id }) => id));
    if (next === null) return ids;
    query = `&before=${encodeURIComponent(next)}`;
  }
}

const DeadLetters = z.array(z.object({ payload: z.looseObject({}).nullable() }));
type DeadLetters = z.infer<typeof DeadLetters>;

/** As a person lists them. */
async function listDeadLetters(place: Place): Promise<DeadLetters> {
  const list = ['queue', 'list', '--json', '--limit', '10000'];
  const { code, stdout, stderr } = await runCommand(list, place);
  if (code !== 0) throw new Error(`"queue list" ended with ${code}:\n${stderr}`);
  return DeadLetters.parse(JSON.parse(stdout));
}

/** The alerts that a dead letter names, or that are in the incident that it is about. */
export function deadAlerts(
  letters: DeadLetters,
  incidents: readonly Pick<SeenIncident, 'id' | 'ids'>[],
): Set<string> {
  const byIncident = new Map(incidents.map(({ id, ids }) => [id, ids]));
  return new Set(
    letters.flatMap(({ payload }) => [
      ...alertIdsIn(JSON.stringify(payload)),
      ...(byIncident.get(String(payload?.incidentId)) ?? []),
    ]),
  );
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
