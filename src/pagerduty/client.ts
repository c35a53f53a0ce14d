import { z } from 'zod';
import type { ProbeResult } from '../lib/probe.ts';
import type { Endpoint } from '../tools/http.ts';
import { IncidentData } from './incident-delivery.ts';
import { ask, PagerDutyFailure } from './request.ts';

export interface PagerDutyOptions {
  /** `https://api.pagerduty.com`, or that of another region. */
  url: string;
  /** A read-only key is enough to read; notes take one that may write. */
  token: string;
  /** How long one request may take. Default: 5,000. */
  timeoutMs?: number;
}

interface IncidentAlerts {
  /** As PagerDuty gave them; nothing of them is checked. */
  alerts: unknown[];
  /** Whether these are all. */
  complete: boolean;
}

export const Note = z.object({ id: z.string().min(1), content: z.string() });
export type Note = z.infer<typeof Note>;

/** Every method throws PagerDutyFailure, and the signal's reason when aborted. */
export interface PagerDutyClient {
  /** The alerts behind an incident, at most 1,000, which is as many as PagerDuty puts into one. */
  alertsOf(incidentId: string, signal: AbortSignal): Promise<IncidentAlerts>;
  /** All of an incident's notes: PagerDuty takes 2,000, and gives them in one page. */
  notesOf(incidentId: string, signal: AbortSignal): Promise<Note[]>;
  /** @param from The email address of a user of the account, whose note it will be. */
  addNote(incidentId: string, from: string, content: string, signal: AbortSignal): Promise<Note>;
  /** Incidents that are not resolved, of these services or, where none is named, of all; at most 1,000, the newest. */
  openIncidents(services: readonly string[], signal: AbortSignal): Promise<IncidentData[]>;
  incident(id: string, signal: AbortSignal): Promise<IncidentData>;
  /** Whether incidents can be read. */
  probe(signal: AbortSignal): Promise<ProbeResult>;
  /** Whether notes can be somebody's, as far as reading can tell. */
  probeAuthor(from: string, signal: AbortSignal): Promise<ProbeResult>;
}

/** The most that its API gives at once. */
const PAGE = 100;
const MAX_PAGES = 10;

const AlertPage = z.object({ alerts: z.array(z.unknown()), more: z.boolean().nullish() });
const IncidentPage = z.object({ incidents: z.array(IncidentData), more: z.boolean().nullish() });
const OneIncident = z.object({ incident: IncidentData });
const NoteList = z.object({ notes: z.array(Note) });
const NewNote = z.object({ note: Note });
const UserPage = z.object({ users: z.array(z.object({ email: z.string() })) });

const READING = new Map([
  [401, 'the token in PAGERDUTY_API_TOKEN is not valid, or PAGERDUTY_API_URL is of another region'],
  [402, 'the account does not include this part of the API'],
  [403, 'the token in PAGERDUTY_API_TOKEN may not read incidents'],
  [404, 'there is no such incident in the account of PAGERDUTY_API_TOKEN'],
]);
const NOTING = new Map([
  ...READING,
  [400, 'PAGERDUTY_FROM has to be a user of the account, and an incident holds 2,000 notes'],
  [403, 'the token in PAGERDUTY_API_TOKEN may not write notes: a read-only key is not enough'],
]);

/** PagerDuty's REST API, version 2. https://developer.pagerduty.com/api-reference */
export function createPagerDutyClient(options: PagerDutyOptions): PagerDutyClient {
  const endpoint: Endpoint = {
    system: 'PagerDuty',
    url: options.url,
    headers: {
      Accept: 'application/vnd.pagerduty+json;version=2',
      Authorization: `Token token=${options.token}`,
    },
    timeoutMs: options.timeoutMs ?? 5_000,
    maxBytes: 16 * 1024 * 1024,
  };
  const get: Getter = async (path, noun, what, signal) => {
    const answer = what.safeParse(await ask(endpoint, { path, advice: READING }, signal));
    if (answer.success) return answer.data;
    throw new PagerDutyFailure(`PagerDuty answered with no ${noun}`, false);
  };
  return {
    async alertsOf(incidentId, signal) {
      const { items, complete } = await pagesOf(
        `${pathOf(incidentId)}/alerts`,
        [],
        async (path) => {
          const { alerts, more } = await get(path, 'alerts', AlertPage, signal);
          return { items: alerts, more };
        },
      );
      return { alerts: items, complete };
    },
    async openIncidents(services, signal) {
      const chosen = services.map((id): [string, string] => ['service_ids[]', id]);
      const { items } = await pagesOf('/incidents', [...OPEN, ...chosen], async (path) => {
        const { incidents, more } = await get(path, 'incidents', IncidentPage, signal);
        return { items: incidents, more };
      });
      return items;
    },
    incident: async (id, signal) =>
      (await get(pathOf(id), 'incident', OneIncident, signal)).incident,
    notesOf: async (incidentId, signal) =>
      (await get(`${pathOf(incidentId)}/notes`, 'notes', NoteList, signal)).notes,
    addNote: (incidentId, from, content, signal) =>
      addNote(endpoint, `${pathOf(incidentId)}/notes`, from, content, signal),
    probe: (signal) =>
      probing('PagerDuty', async () => {
        await ask(endpoint, { path: '/incidents?limit=1', advice: READING }, signal);
        return { detail: 'incidents can be read', advice: null };
      }),
    probeAuthor: (from, signal) => probing('PagerDuty notes', () => findUser(get, from, signal)),
  };
}

type Getter = <T>(
  path: string,
  /** What is asked for, as a failure calls it. */
  noun: string,
  what: z.ZodType<T>,
  signal: AbortSignal,
) => Promise<T>;

const OPEN: [string, string][] = [
  ['statuses[]', 'triggered'],
  ['statuses[]', 'acknowledged'],
  ['date_range', 'all'],
  ['sort_by', 'created_at:desc'],
];

async function pagesOf<T>(
  path: string,
  params: readonly [string, string][],
  read: (path: string) => Promise<{ items: T[]; more?: boolean | null | undefined }>,
): Promise<{ items: T[]; complete: boolean }> {
  const all: T[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams([...params]);
    query.set('limit', `${PAGE}`);
    query.set('offset', `${page * PAGE}`);
    const { items, more } = await read(`${path}?${query}`);
    all.push(...items);
    if (more !== true) return { items: all, complete: true };
  }
  return { items: all, complete: false };
}

async function addNote(
  endpoint: Endpoint,
  path: string,
  from: string,
  content: string,
  signal: AbortSignal,
): Promise<Note> {
  const request = { path, body: { note: { content } }, headers: { From: from }, advice: NOTING };
  const answer = NewNote.safeParse(await ask(endpoint, request, signal));
  // It may well be there: who asks again has to look first.
  if (!answer.success) throw new PagerDutyFailure('PagerDuty answered with no note', true);
  return answer.data.note;
}

async function findUser(get: Getter, from: string, signal: AbortSignal) {
  const path = `/users?limit=${PAGE}&query=${encodeURIComponent(from)}`;
  const { users } = await get(path, 'users', UserPage, signal);
  if (users.some(({ email }) => email.toLowerCase() === from.toLowerCase()))
    return { detail: `will be those of ${from}`, advice: null };
  const advice = 'set PAGERDUTY_FROM to the email address of a user of the account';
  return { detail: `no user has the address ${from}`, advice };
}

function pathOf(incidentId: string): string {
  return `/incidents/${encodeURIComponent(incidentId)}`;
}

async function probing(
  system: string,
  look: () => Promise<Pick<ProbeResult, 'detail' | 'advice'>>,
): Promise<ProbeResult> {
  try {
    const found = await look();
    return { system, ok: found.advice === null, ...found };
  } catch (error) {
    if (!(error instanceof PagerDutyFailure)) throw error;
    const advice = 'check PAGERDUTY_API_TOKEN and PAGERDUTY_API_URL';
    return { system, ok: false, detail: error.message, advice };
  }
}
