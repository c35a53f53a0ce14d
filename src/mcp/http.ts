import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ErrorCode, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { z } from 'zod';
import { onlyMethods } from '../web/app.ts';
import { callerOf } from '../web/local-caller.ts';
import type { Asker } from './audit.ts';
import {
  callerName,
  type HttpAccess,
  isSharedWith,
  type Refusal,
  refuseForeign,
  refuseStranger,
} from './http-access.ts';
import type { Refusals } from './refusals.ts';
import type { Connectable } from './server.ts';

export interface McpRouterOptions extends HttpAccess {
  /** Makes the server of one request. */
  serverFor: (asker: Asker) => Connectable;
  refusals: Refusals;
}

/** One message of the protocol; the arguments in it have 64,000 characters at most. */
const MAX_BODY_BYTES = 256_000;

/** For refusals of the transport: the range that JSON-RPC leaves to implementations. */
const REFUSED = -32_000;

/**
 * Streamable HTTP at `/mcp`, without sessions: each request has a server of its own and is answered with
 * JSON, so that a restart loses nothing and any replica can answer.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 */
export function createMcpRouter({ serverFor, refusals, ...access }: McpRouterOptions): Router {
  const router = express.Router();
  router
    .route('/mcp')
    .all(onlyKnown(access, refusals), crossOrigin(access))
    .post(
      onlyAuthorised(access, refusals),
      express.json({ type: isJson, limit: MAX_BODY_BYTES, inflate: false, strict: false }),
      onlyOneMessage,
      async (request, response) => {
        await answer(serverFor(askerOf(request, access)), request, response);
      },
    )
    .all(onlyMethods('POST'));
  router.use('/mcp', unreadableBody);
  return router;
}

async function answer(server: Connectable, request: Request, response: Response): Promise<void> {
  // Also when the client goes away before it has its answer: then what runs for it is told to stop.
  response.once('close', () => void server.close());
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
}

function askerOf({ headers, socket }: Request, access: HttpAccess): Asker {
  return {
    client: headers['user-agent'] ?? null,
    caller: callerName(headers.authorization, access),
    address: socket.remoteAddress ?? null,
  };
}

function onlyKnown(access: HttpAccess, refusals: Refusals): RequestHandler {
  return (request, response, next) => {
    const refused = refuseForeign(callerOf(request), access);
    if (refused === null) next();
    else turnAway(request, response, refused, refusals);
  };
}

function onlyAuthorised(access: HttpAccess, refusals: Refusals): RequestHandler {
  return (request, response, next) => {
    const refused = refuseStranger(request.headers.authorization, callerOf(request), access);
    if (refused === null) return next();
    if (refused.status === 401) response.set('WWW-Authenticate', 'Bearer realm="probable-cause"');
    turnAway(request, response, refused, refusals);
  };
}

function turnAway(
  { socket }: Request,
  response: Response,
  { status, reason, message }: Refusal,
  refusals: Refusals,
): void {
  refusals.turnedAway(reason, socket.remoteAddress ?? null);
  fail(response, status, REFUSED, message);
}

/** A browser shows a page of another origin an answer only when that says so, and asks before it sends. */
function crossOrigin(access: HttpAccess): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    if (origin === undefined || !isSharedWith(origin, access)) return next();
    response.set({ 'Access-Control-Allow-Origin': origin, Vary: 'Origin' });
    if (request.method !== 'OPTIONS') return next();
    response.set({
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Accept, Mcp-Protocol-Version',
    });
    response.status(204).end();
  };
}

function isJson({ headers }: { headers: { 'content-type'?: string | undefined } }): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}

/** Since MCP 2025-06-18 a body is one message; the SDK still takes a batch. */
const onlyOneMessage: RequestHandler = (request, response, next) => {
  if (!isJson(request)) {
    fail(response, 415, REFUSED, 'The Content-Type must be application/json.');
  } else if (Array.isArray(request.body)) {
    const message = 'A body is one JSON-RPC message: send the messages of a batch one by one.';
    fail(response, 400, ErrorCode.InvalidRequest, message);
  } else if (!JSONRPCMessageSchema.safeParse(request.body).success) {
    const message =
      'The body must be a JSON-RPC message: {"jsonrpc": "2.0", "id", "method", "params"}.';
    fail(response, 400, ErrorCode.InvalidRequest, message);
  } else {
    next();
  }
};

/** How express.json says what is wrong with a body. */
const BodyError = z.object({ type: z.string(), status: z.int().min(400).max(499) });

// Express knows an error handler by its four parameters.
const unreadableBody: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const problem = BodyError.safeParse(error);
  if (!problem.success || response.headersSent) return next(error);
  const { type, status } = problem.data;
  if (type === 'entity.parse.failed') {
    fail(response, 400, ErrorCode.ParseError, 'The body is not JSON.');
  } else if (type === 'entity.too.large') {
    fail(response, 413, REFUSED, `The body has more than ${MAX_BODY_BYTES} bytes.`);
  } else {
    fail(response, status, REFUSED, 'The body must be JSON in UTF-8, not compressed, and whole.');
  }
};

function fail(response: Response, status: number, code: number, message: string): void {
  response.status(status).json({ jsonrpc: '2.0', id: null, error: { code, message } });
}
