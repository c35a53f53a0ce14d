import { z } from 'zod';
import type { ProbeResult } from '../lib/probe.ts';
import type { Endpoint } from '../tools/http.ts';
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
  /** Whether incidents can be read. */
  probe(signal: AbortSignal): Promise<ProbeResult>;
  /** Whether notes can be somebody's, as far as reading can tell. */
  probeAuthor(from: string, signal: AbortSignal): Promise<ProbeResult>;
}

/** The most that its API gives at once. */
const PAGE = 100;
const MAX_PAGES = 10;

const AlertPage = z.object({ alerts: z.array(z.unknown()), more: z.boolean().nullish() });
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
const CHECK = 'check PAGERDUTY_API_TOKEN and PAGERDUTY_API_URL';

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
  const get = async <T>(path: string, what: z.ZodType<T>, name: string, signal: AbortSignal) => {
    const answer = what.safeParse(await ask(endpoint, { path, advice: READING }, signal));
    if (!answer.success) throw new PagerDutyFailure(`PagerDuty answered with no ${name}`, false);
    return answer.data;
  };
  return {
    async alertsOf(incidentId, signal) {
      const alerts: unknown[] = [];
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query = `limit=${PAGE}&offset=${page * PAGE}`;
        const path = `${pathOf(incidentId)}/alerts?${query}`;
        const answer = await get(path, AlertPage, 'alerts', signal);
        alerts.push(...answer.alerts);
        if (answer.more !== true) return { alerts, complete: true };
      }
      return { alerts, complete: false };
    },
    notesOf: async (incidentId, signal) =>
      (await get(`${pathOf(incidentId)}/notes`, NoteList, 'notes', signal)).notes,
    async addNote(incidentId, from, content, signal) {
      const path = `${pathOf(incidentId)}/notes`;
      const request = { path, body: { note: { content } }, headers: { From: from } };
      const answer = NewNote.safeParse(await ask(endpoint, { ...request, advice: NOTING }, signal));
      // It may well be there: who asks again has to look first.
      if (!answer.success) throw new PagerDutyFailure('PagerDuty answered with no note', true);
      return answer.data.note;
    },
    probe: (signal) =>
      probing('PagerDuty', CHECK, async () => {
        await ask(endpoint, { path: '/incidents?limit=1', advice: READING }, signal);
        return { detail: 'incidents can be read', advice: null };
      }),
    probeAuthor: (from, signal) =>
      probing('PagerDuty notes', CHECK, async () => {
        const path = `/users?limit=${PAGE}&query=${encodeURIComponent(from)}`;
        const { users } = await get(path, UserPage, 'users', signal);
        if (users.some(({ email }) => email.toLowerCase() === from.toLowerCase()))
          return { detail: `will be those of ${from}`, advice: null };
        const detail = `no user has the address ${from}`;
        return {
          detail,
          advice: 'set PAGERDUTY_FROM to the email address of a user of the account',
        };
      }),
  };
}

function pathOf(incidentId: string): string {
  return `/incidents/${encodeURIComponent(incidentId)}`;
}

async function probing(
  system: string,
  advice: string,
  look: () => Promise<Pick<ProbeResult, 'detail' | 'advice'>>,
): Promise<ProbeResult> {
  try {
    const found = await look();
    return { system, ok: found.advice === null, ...found };
  } catch (error) {
    if (!(error instanceof PagerDutyFailure)) throw error;
    return { system, ok: false, detail: error.message, advice };
  }
}
