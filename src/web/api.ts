import express, { type RequestHandler, type Router } from 'express';
import { z } from 'zod';
import type { Secret } from '../config/secret.ts';
import type { Ask, Asked } from '../incident/asked.ts';
import type { Incident } from '../incident/incident.ts';
import { loadView } from '../incident/load-view.ts';
import { QueueUnavailable } from '../queue/queue.ts';
import type { IncidentPlace, RunSummary, Store } from '../store/store.ts';
import { type Answer, refusal, send } from './answer.ts';
import { onlyMethods } from './app.ts';
import { checkCredentials } from './credentials.ts';
import { callerOf, isLocalCaller } from './local-caller.ts';

export type ApiStore = Pick<
  Store,
  'incident' | 'incidents' | 'notices' | 'runs' | 'members' | 'evidence' | 'evidenceLines'
>;

export interface ApiOptions {
  store: ApiStore;
  ask: Ask;
  /** Null: only callers on this machine. */
  token: Secret | null;
}

/** The JSON API: incidents with their reports, and the evidence that those cite. All that it changes is what waits to be investigated. */
export function createApiRouter({ store, ask, token }: ApiOptions): Router {
  const router = express.Router();
  router.use('/api', guard(token));
  route('/api/incidents', (request) => listIncidents(store, request.query));
  route('/api/incidents/:id', (request) => showIncident(store, request.params));
  route('/api/incidents/:id/evidence/:evidenceId', (request) =>
    showEvidence(store, request.params, request.query),
  );
  router
    .route('/api/incidents/:id/investigations')
    .post(async (request, response) => send(response, await investigate(ask, request.params)))
    .all(onlyMethods('POST'));
  return router;

  function route(path: string, answer: (request: ApiRequest) => Promise<Answer>): void {
    router
      .route(path)
      .get(async (request, response) => send(response, await answer(request)))
      .all(onlyMethods('GET'));
  }
}

interface ApiRequest {
  query: unknown;
  params: unknown;
}

function guard(token: Secret | null): RequestHandler {
  return (request, response, next) => {
    const refused = token === null ? refuseStranger() : refuseToken(token);
    if (refused === null) next();
    else send(response, refused);

    function refuseStranger(): Answer | null {
      if (isLocalCaller(callerOf(request))) return null;
      const message =
        'Without API_TOKEN the API answers only programs on its own machine that call it by a loopback name. ' +
        'Set API_TOKEN and send it as a bearer token.';
      return refusal(403, { error: 'forbidden', message });
    }

    function refuseToken(expected: Secret): Answer | null {
      const problem = checkCredentials(request.headers.authorization, [expected], ['bearer']);
      if (problem === null) return null;
      const message =
        problem === 'wrong'
          ? 'The bearer token is not API_TOKEN.'
          : 'Send API_TOKEN as "Authorization: Bearer <token>".';
      const challenge = { 'WWW-Authenticate': 'Bearer realm="probable-cause"' };
      return refusal(401, { error: 'unauthorized', message }, challenge);
    }
  };
}

const limitAccepts = 'limit must be a whole number from 1 to 100';
const beforeAccepts =
  'before must be `next` of the page before, or a time such as 2026-11-21T03:12:00Z';
const Time = z.iso.datetime({ offset: true });
const Page = z.object({
  limit: z
    .string(limitAccepts)
    .regex(/^\d{1,3}$/, limitAccepts)
    .transform(Number)
    .pipe(z.int().min(1, limitAccepts).max(100, limitAccepts))
    .default(20),
  before: z.string(beforeAccepts).transform(placeOf).optional(),
});

/** The last incident of a page, and how the next page is asked for. */
const nextOf = ({ openedAt, id }: IncidentPlace) => `${openedAt}/${id}`;

/** `next` of the page before, or a time alone. */
function placeOf(text: string, { issues }: z.RefinementCtx): IncidentPlace {
  const slash = text.indexOf('/');
  const [openedAt, id] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
  if (!Time.safeParse(openedAt).success || !mayExist(id)) {
    issues.push({ code: 'custom', message: beforeAccepts, input: text });
  }
  return { openedAt, id };
}

async function listIncidents(store: ApiStore, query: unknown): Promise<Answer> {
  const page = Page.safeParse(query);
  if (!page.success) return badQuery(page.error);
  const { limit, before = null } = page.data;
  const incidents = await store.incidents({ limit, before });
  const last = incidents.length < limit ? undefined : incidents.at(-1);
  const body = {
    incidents: await Promise.all(
      incidents.map(async (incident) => summaryOf(incident, await store.runs(incident.id))),
    ),
    next: last === undefined ? null : nextOf(last),
  };
  return { status: 200, headers: {}, body };
}

/** An incident in a list: without its alerts, of which there may be thousands. */
function summaryOf({ alerts, lastDelivery, ...incident }: Incident, runs: readonly RunSummary[]) {
  const latest = runs[0];
  return {
    ...incident,
    alertCount: Object.keys(alerts).length,
    state: latest?.state ?? 'queued',
    leader: latest?.leader ?? null,
    report: latest?.report ?? null,
  };
}

const IncidentParams = z.object({ id: z.string() });

async function showIncident(store: ApiStore, params: unknown): Promise<Answer> {
  const { id } = IncidentParams.parse(params);
  const view = mayExist(id) ? await loadView(store, id, null) : null;
  if (view === null) return noIncident(id);
  const runs = await store.runs(id);
  const body = {
    ...summaryOf(view.incident, runs),
    alerts: Object.values(view.incident.alerts),
    members: view.members,
    notices: view.notices,
    truncatedAlerts: view.truncatedAlerts,
    runs: await Promise.all(
      runs.map(async ({ members, ...run }) => {
        const shown = run.id === view.runId && run.leader === null;
        const lines = shown ? view.evidence : await store.evidenceLines(workedRunOf(run));
        return { ...run, evidence: lines };
      }),
    ),
  };
  return { status: 200, headers: {}, body };
}

const DEAD_LETTER =
  'Its investigation failed for good and waits for a person: "probable-cause queue list" names it, "queue retry" lets it go on.';

async function investigate(ask: Ask, params: unknown): Promise<Answer> {
  const { id } = IncidentParams.parse(params);
  const asked = mayExist(id) ? await asking(ask, id) : null;
  if (asked === null) return noIncident(id);
  if (asked === 'unavailable') {
    const message = 'The queue does not confirm that it holds the investigation: ask again.';
    return refusal(503, { error: 'unavailable', message });
  }
  const { outcome } = asked;
  if (outcome === 'dead-letter') return refusal(409, { error: outcome, message: DEAD_LETTER });
  const body = { incidentId: id, ...asked };
  return { status: outcome === 'asked' ? 202 : 200, headers: {}, body };
}

async function asking(ask: Ask, id: string): Promise<Asked | 'unavailable' | null> {
  try {
    return await ask(id);
  } catch (error) {
    if (error instanceof QueueUnavailable) return 'unavailable';
    throw error;
  }
}

const EvidenceParams = z.object({ id: z.string(), evidenceId: z.string() });
const EvidenceQuery = z.object({ run: z.string('run must be the id of one run').optional() });

/** Evidence is numbered in each run by itself: without `?run=` the latest run is meant. */
async function showEvidence(store: ApiStore, params: unknown, query: unknown): Promise<Answer> {
  const { id, evidenceId } = EvidenceParams.parse(params);
  const wanted = EvidenceQuery.safeParse(query);
  if (!wanted.success) return badQuery(wanted.error);
  const incident = mayExist(id) ? await store.incident(id) : null;
  if (incident === null) return noIncident(id);
  const runs = await store.runs(id);
  const run = runs.find((known) => wanted.data.run === undefined || known.id === wanted.data.run);
  if (run === undefined) return notFound(`Incident ${id} has no such run.`);
  const evidence = (await store.evidence(workedRunOf(run))).find(
    (known) => known.id === evidenceId,
  );
  if (evidence === undefined) return notFound(`Run ${run.id} has no evidence ${evidenceId}.`);
  return { status: 200, headers: {}, body: { runId: run.id, ...evidence } };
}

/** The run that looked: of one that shares another's that is the other, whose evidence its report cites. */
function workedRunOf({ id, leader }: Pick<RunSummary, 'id' | 'leader'>): string {
  return leader?.runId ?? id;
}

/** PostgreSQL has no text with a NUL in it, and fails when it is asked for one. */
function mayExist(id: string): boolean {
  return !id.includes('\0');
}

function badQuery(error: z.ZodError): Answer {
  const field = error.issues[0]?.path.join('.') ?? 'query';
  const message = error.issues.map((issue) => issue.message).join('; ');
  return refusal(400, { error: 'bad_request', message, field });
}

function noIncident(id: string): Answer {
  return notFound(`There is no incident ${id}.`);
}

function notFound(message: string): Answer {
  return refusal(404, { error: 'not_found', message });
}
