import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { brokenRule, MessagesRequest } from './anthropic-rules.ts';
import { EventStream, type ScriptedError, type ScriptedTurn } from './anthropic-stream.ts';

export type { ScriptedTurn } from './anthropic-stream.ts';

export interface FakeAnthropicOptions {
  /** Turns in order, or a function of the request. Requests that break a rule take no turn. */
  script: ScriptedTurn[] | ((request: MessagesRequest) => ScriptedTurn);
  /** The only key that is let in. Left out: any. */
  apiKey?: string;
  /** The only models there are. Left out: any. */
  models?: string[];
  /** Milliseconds until it begins to answer, as a model that thinks. Left out: none. */
  thinkMs?: number;
}

export interface FakeAnthropic {
  url: string;
  /** Every request that kept the rules, oldest first. */
  requests: MessagesRequest[];
  /** Why the others were refused. */
  refusals: string[];
  close(): Promise<void>;
}

/** A Messages API over HTTP that plays a script and refuses what the real one refuses. */
export async function startFakeAnthropic(options: FakeAnthropicOptions): Promise<FakeAnthropic> {
  const requests: MessagesRequest[] = [];
  const refusals: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    refusals,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request);
    const refusal = refuse(request, body);
    if (refusal !== null) {
      refusals.push(`${refusal.status} ${refusal.message}`);
      sendError(response, refusal);
    } else if (request.method === 'GET') {
      sendModel(response, modelOf(request));
    } else {
      const accepted = MessagesRequest.parse(JSON.parse(body));
      const count = requests.push(accepted);
      const turn = nextTurn(accepted);
      if (options.thinkMs !== undefined) await setTimeout(options.thinkMs);
      play(turn, response, accepted.model, count);
    }
  }

  function refuse(request: IncomingMessage, body: string): ScriptedError | null {
    const key = keyOf(request);
    if (key === '' || (options.apiKey !== undefined && key !== options.apiKey)) {
      return { status: 401, type: 'authentication_error', message: 'invalid x-api-key' };
    }
    if (request.headers['anthropic-version'] === undefined) {
      return invalid('anthropic-version: header is required');
    }
    if (request.method === 'GET' && request.url?.startsWith('/v1/models/')) {
      return unknownModel(modelOf(request));
    }
    if (request.method !== 'POST' || request.url !== '/v1/messages') {
      return { status: 404, message: 'Not Found', body: 'Not Found' };
    }
    return refuseMessages(body);
  }

  function refuseMessages(body: string): ScriptedError | null {
    const parsed = MessagesRequest.safeParse(parseJson(body));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return invalid(`${issue?.path.join('.')}: ${issue?.message}`);
    }
    const rule = brokenRule(parsed.data);
    return rule === null ? unknownModel(parsed.data.model) : invalid(rule);
  }

  function unknownModel(model: string): ScriptedError | null {
    return options.models === undefined || options.models.includes(model)
      ? null
      : { status: 404, type: 'not_found_error', message: `model: ${model}` };
  }

  function nextTurn(request: MessagesRequest): ScriptedTurn {
    if (typeof options.script === 'function') return options.script(request);
    const held = options.script.length;
    return (
      options.script[requests.length - 1] ??
      invalid(`the script of the fake holds ${held} turns; this is request ${requests.length}`)
    );
  }
}

/** SDK 1.x sends the key as a bearer token; the API also takes it as `x-api-key`. */
function keyOf(request: IncomingMessage): string {
  const bearer = request.headers.authorization?.replace(/^Bearer /, '');
  return String(request.headers['x-api-key'] ?? bearer ?? '');
}

function modelOf(request: IncomingMessage): string {
  return decodeURIComponent(request.url?.split('/')[3] ?? '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(message: string): ScriptedError {
  return { status: 400, type: 'invalid_request_error', message };
}

function sendModel(response: ServerResponse, id: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'model', id, display_name: id }));
}

function sendError(response: ServerResponse, error: ScriptedError): void {
  const page = error.body !== undefined;
  response.writeHead(error.status, {
    'content-type': page ? 'text/html' : 'application/json',
    ...(error.retryAfter === undefined ? {} : { 'retry-after': error.retryAfter }),
  });
  const { type = 'api_error', message = 'Internal server error' } = error;
  response.end(error.body ?? JSON.stringify({ type: 'error', error: { type, message } }));
}

function play(turn: ScriptedTurn, response: ServerResponse, model: string, count: number): void {
  const stream = new EventStream(response, model, count);
  if ('status' in turn) sendError(response, turn);
  else if ('broken' in turn) stream.breakWith(turn.broken);
  else if ('errorEvent' in turn) stream.failWith(turn.errorEvent);
  else stream.answer(turn);
}
