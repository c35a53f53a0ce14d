import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import type { Connectable } from './server.ts';

export interface StdioStreams {
  stdin: Readable;
  /** Carries the protocol and nothing else; logs belong on stderr. */
  stdout: Writable;
}

/**
 * Serves one client until it closes the input, which is how MCP clients end a stdio server. What was asked
 * before that is still answered: `printf … | probable-cause mcp` closes the input at once.
 */
export async function serveStdio(
  server: Connectable,
  { stdin, stdout }: StdioStreams,
): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    stdin.once('end', resolve);
    stdin.once('close', resolve);
  });
  const transport = new StdioServerTransport(stdin, stdout);
  const answered = trackRequests(transport);
  await server.connect(transport);
  await ended;
  await answered();
  await server.close();
}

/**
 * Watches a transport that is not connected yet (the SDK calls a handler that is there already before its
 * own). The function it gives waits until no request is without an answer.
 */
function trackRequests(transport: StdioServerTransport): () => Promise<void> {
  const open = new Set<RequestId>();
  let wake = () => {};
  const settle = (id: RequestId) => {
    open.delete(id);
    if (open.size === 0) wake();
  };
  transport.onmessage = (message) => {
    if ('method' in message && 'id' in message) open.add(message.id);
    const cancelled = cancelledRequest(message);
    if (cancelled !== null) settle(cancelled);
  };
  const send = transport.send.bind(transport);
  transport.send = async (message) => {
    await send(message);
    if (!('method' in message) && message.id !== undefined) settle(message.id);
  };
  return async () => {
    if (open.size === 0) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
}

/** A cancelled request gets no answer. */
function cancelledRequest(message: JSONRPCMessage): RequestId | null {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return null;
  const id = message.params?.requestId;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
