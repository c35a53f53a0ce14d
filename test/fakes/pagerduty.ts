import { type FakeReply, type FakeRequest, type HttpFake, startHttpFake } from './http-fake.ts';

export interface FakePagerDutyOptions {
  token?: string;
  /** The alerts behind each incident, by its id. */
  incidents: Readonly<Record<string, readonly object[]>>;
  /** Incidents as the API tells of them, open ones and others, changeable as the test goes on. */
  listed?: { id: string; status: string; service?: { id: string } }[];
  /** Addresses of the account's users: a note has to be somebody's. */
  users?: readonly string[];
  /** Whether the token may only read. */
  readOnly?: boolean;
  /** How many requests it takes before it limits the rate; PagerDuty's own limit is 960 a minute. Default: none. */
  requests?: number;
}

interface FakeNote {
  id: string;
  content: string;
  from: string;
}

export interface FakePagerDuty extends HttpFake {
  /** In the order in which they were added. */
  notesOf(incident: string): readonly FakeNote[];
  /** Resolves with the incident's first note, be it there already or not. */
  firstNote(incident: string): Promise<FakeNote>;
}

/** How many seconds it says are left of the minute. */
export const RESET_SECONDS = 7;

/** At most this many items at once, and of a list no further than the 10,000th. */
const MAX_LIMIT = 100;
const MAX_DEPTH = 10_000;
const MAX_NOTES = 2_000;
const MAX_NOTE_LENGTH = 25_000;

/** PagerDuty's REST API, as far as incidents, their alerts and their notes. */
export async function startFakePagerDuty(options: FakePagerDutyOptions): Promise<FakePagerDuty> {
  const { token = 'pd-token', incidents, users = [], listed = [] } = options;
  const notes = createNotes(options);
  let left = options.requests ?? Number.POSITIVE_INFINITY;
  const fake = await startHttpFake((request) => {
    if (request.headers.authorization !== `Token token=${token}`) {
      return refusal(401, 2006, 'Unauthorized');
    }
    left -= 1;
    if (left < 0) {
      const headers = { 'ratelimit-remaining': '0', 'ratelimit-reset': `${RESET_SECONDS}` };
      return { ...refusal(429, 2020, 'Rate Limit Exceeded'), headers };
    }
    const { method, path } = request;
    if (method === 'GET' && path === '/incidents') {
      return page(request, 'incidents', listed.filter(asked(request)));
    }
    const one = listed.find(({ id }) => path === `/incidents/${id}`);
    if (method === 'GET' && one !== undefined) return { status: 200, body: { incident: one } };
    if (method === 'GET' && path === '/users') {
      const query = request.params.get('query') ?? '';
      const found = users.filter((email) => email.includes(query)).map((email) => ({ email }));
      return page(request, 'users', found);
    }
    const [, id = '', what] = /^\/incidents\/([^/]+)\/(alerts|notes)$/.exec(path) ?? [];
    const alerts = Object.hasOwn(incidents, id) ? incidents[id] : undefined;
    if (alerts === undefined) return refusal(404, 2100, 'Not Found');
    if (what === 'notes') return notes.answer(id, request);
    return method === 'GET' ? page(request, 'alerts', alerts) : refusal(404, 2100, 'Not Found');
  });
  return { ...fake, notesOf: notes.of, firstNote: notes.first };
}

/** Only users write notes, and nobody takes one back. */
function createNotes({ users = [], readOnly = false }: FakePagerDutyOptions) {
  const kept = new Map<string, FakeNote[]>();
  const waiting = new Map<string, (note: FakeNote) => void>();
  const of = (incident: string) => kept.get(incident) ?? [];

  function add(incident: string, { headers, body }: FakeRequest): FakeReply {
    if (readOnly) return refusal(403, 2010, 'Access Denied');
    const content: unknown = JSON.parse(body)?.note?.content;
    const { from } = headers;
    if (from === undefined || !users.includes(from)) return invalid('Requester User Not Found');
    if (typeof content !== 'string' || content === '') return invalid('Content cannot be empty.');
    if (content.length > MAX_NOTE_LENGTH) return invalid('Content is too long.');
    if (of(incident).length === MAX_NOTES) return invalid('The incident has too many notes.');
    const note = { id: `PNOTE${of(incident).length + 1}`, content, from };
    kept.set(incident, [...of(incident), note]);
    waiting.get(incident)?.(note);
    return { status: 200, body: { note: { id: note.id, content, user: { id: 'PUSER' } } } };
  }

  return {
    of,
    answer(incident: string, request: FakeRequest): FakeReply {
      if (request.method === 'POST') return add(incident, request);
      const all = of(incident).map(({ id, content }) => ({ id, content }));
      return { status: 200, body: { notes: all.toReversed() } };
    },
    first(incident: string): Promise<FakeNote> {
      return new Promise((resolve) => {
        const [first] = of(incident);
        if (first !== undefined) resolve(first);
        else waiting.set(incident, resolve);
      });
    },
  };
}

function asked({ params }: FakeRequest) {
  const [statuses, services] = [params.getAll('statuses[]'), params.getAll('service_ids[]')];
  return ({ status, service }: { status: string; service?: { id: string } }) =>
    (statuses.length === 0 || statuses.includes(status)) &&
    (services.length === 0 || (service !== undefined && services.includes(service.id)));
}

function page({ params }: FakeRequest, name: string, items: readonly object[]): FakeReply {
  const limit = Math.min(Number(params.get('limit') ?? 25), MAX_LIMIT);
  const offset = Number(params.get('offset') ?? 0);
  if (offset + limit > MAX_DEPTH) return refusal(400, 2001, 'Invalid Input Provided');
  const more = offset + limit < items.length;
  const shown = items.slice(offset, offset + limit);
  return { status: 200, body: { [name]: shown, limit, offset, more, total: null } };
}

function invalid(reason: string): FakeReply {
  const error = { message: 'Invalid Input Provided', code: 2001, errors: [reason] };
  return { status: 400, body: { error } };
}

function refusal(status: number, code: number, message: string): FakeReply {
  return { status, body: { error: { message, code } } };
}
