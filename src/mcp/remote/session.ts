import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type CallToolResult,
  CallToolResultSchema,
  ErrorCode,
  McpError,
  type Tool as McpTool,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { JsonObject } from '../../lib/json.ts';
import { bounded, withoutAddresses } from '../../tools/http.ts';
import { ToolError } from '../../tools/tool.ts';
import { listTools } from '../list-tools.ts';

/** A request failed, while the server is well: it answered with an error, or has forgotten our session. */
export class RemoteFailure extends ToolError {
  readonly kind: 'answered' | 'forgotten';

  constructor(kind: RemoteFailure['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface SessionOptions {
  /** The server in messages. */
  system: string;
  transport: Transport;
  /** For connecting, and for listing the tools. */
  timeoutMs: number;
  onToolsChanged: () => void;
  /** Called once, whoever ended it. */
  onEnd: () => void;
}

/**
 * One connected client of another server. Every failure is a ToolError in words without an address, and but
 * for a {@link RemoteFailure} one after which the session is of no more use.
 */
export interface RemoteSession {
  tools(): Promise<McpTool[]>;
  /** Rejects with the signal's reason when aborted. */
  call(name: string, args: JsonObject, signal: AbortSignal): Promise<CallToolResult>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** The caller's signal ends a call long before. */
const CALL_TIMEOUT_MS = 120_000;
/** A timeout of the SDK's own, which is never to be the first. */
const NEVER_FIRST_MS = 2 * CALL_TIMEOUT_MS;

/**
 * Connects to a server, which is offered nothing: no sampling, no elicitation, no roots.
 *
 * @throws ToolError in words without an address.
 */
export async function openSession(options: SessionOptions): Promise<RemoteSession> {
  const { system, transport, timeoutMs, onToolsChanged, onEnd } = options;
  const client = new Client({ name: 'probable-cause', version: '1' });
  /** Why the transport gave up, where it knows better than the protocol. */
  let reason: ToolError | null = null;
  client.onerror = (error) => {
    if (error instanceof ToolError) reason = error;
  };
  client.setNotificationHandler(ToolListChangedNotificationSchema, onToolsChanged);

  const ask = <T>(signal: AbortSignal, ms: number, work: (signal: AbortSignal) => Promise<T>) =>
    bounded({ system, timeoutMs: ms }, signal, async (inner) => {
      try {
        return await orAborted(work(inner), inner);
      } catch (error) {
        throw failureOf(error, system, reason);
      }
    });
  const never = new AbortController().signal;

  try {
    await ask(never, timeoutMs, (signal) =>
      client.connect(transport, { signal, timeout: NEVER_FIRST_MS }),
    );
  } catch (error) {
    await client.close().catch(() => {});
    // A server that answers like this before there is a session is not well.
    throw error instanceof RemoteFailure ? new ToolError(error.message) : error;
  }
  client.onclose = onEnd;
  return {
    tools: () =>
      ask(never, timeoutMs, (signal) => listTools(client, { signal, timeout: NEVER_FIRST_MS })),
    call: (name, args, signal) =>
      ask(signal, CALL_TIMEOUT_MS, (inner) => {
        const request = { method: 'tools/call' as const, params: { name, arguments: args } };
        const limits = { signal: inner, timeout: NEVER_FIRST_MS };
        return client.request(request, CallToolResultSchema, limits);
      }),
    close: () => client.close().catch(() => {}),
  };
}

/** What the SDK threw in words; what the network or the system threw is left to {@link bounded}. */
function failureOf(error: unknown, system: string, reason: ToolError | null): unknown {
  if (error instanceof McpError) {
    if (error.code !== ErrorCode.ConnectionClosed) {
      return new RemoteFailure('answered', `${system}: ${withoutAddresses(error.message)}`);
    }
    return reason ?? new ToolError(`${system} ended before it answered.`);
  }
  if (error instanceof StreamableHTTPError) {
    const message = `${system} refused the request (HTTP ${error.code}).`;
    // https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
    return error.code === 404 ? new RemoteFailure('forgotten', message) : new ToolError(message);
  }
  if (error instanceof z.core.$ZodError) {
    return new RemoteFailure('answered', `${system} gave an answer that cannot be read.`);
  }
  return error;
}

/** The SDK waits for some sends without minding the signal. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
