import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult, Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import type { Clock } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';
import { ToolError } from '../../tools/tool.ts';
import { openSession, RemoteFailure, type RemoteSession } from './session.ts';

export interface ConnectionOptions {
  /** The server in messages. */
  system: string;
  /** A new one for each try. */
  transport: () => Transport;
  /** For connecting, and for listing the tools. */
  timeoutMs: number;
  clock: Clock;
}

/** A server that changes its tools need not say so; over HTTP it cannot. */
const LIST_MAX_AGE_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** The last list, maybe not there yet, and when it was asked for. */
interface Listed {
  tools: Promise<McpTool[]>;
  at: number;
}

/** How long a server is left alone after so many failures in a row. */
export function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
}

/**
 * The way to another server: a session, made when it is first needed, and again after it was lost, with
 * growing pauses while that fails.
 */
export class RemoteConnection {
  readonly #options: ConnectionOptions;
  #session: Promise<RemoteSession> | null = null;
  #listed: Listed | null = null;
  #failures = 0;
  /** While this lasts, the server is left alone. */
  #pause: { until: number; reason: ToolError } | null = null;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /**
   * What the server lists. A list of more than a minute is still given, while a newer one is asked for.
   *
   * @throws ToolError in words without an address.
   */
  async tools(): Promise<McpTool[]> {
    const listed = this.#listed ?? this.#list();
    this.#listed = listed;
    if (this.#now() - listed.at > LIST_MAX_AGE_MS) {
      listed.at = this.#now();
      const newer = this.#list();
      newer.tools.then(
        () => this.#replace(listed, newer),
        () => {},
      );
    }
    return await listed.tools;
  }

  /** @throws ToolError in words without an address; the signal's reason when aborted. */
  async call(name: string, args: JsonObject, signal: AbortSignal): Promise<CallToolResult> {
    return await this.#ask((session) => session.call(name, args, signal), signal);
  }

  /** Ends the session, and the child if there is one. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#session?.then(
      (session) => session.close(),
      () => {},
    );
  }

  #list(): Listed {
    const listed = { tools: this.#ask((session) => session.tools()), at: this.#now() };
    listed.tools.catch(() => this.#replace(listed, null));
    return listed;
  }

  /** Unless it has been dropped since: what replaces it could be older than the reason for that. */
  #replace(known: Listed, by: Listed | null): void {
    if (this.#listed === known) this.#listed = by;
  }

  /** Once more with a new session where the server has forgotten ours, as after a restart. */
  async #ask<T>(work: (session: RemoteSession) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#askOnce(work, signal);
    } catch (error) {
      if (!isForgotten(error)) throw error;
      return await this.#askOnce(work, signal);
    }
  }

  async #askOnce<T>(
    work: (session: RemoteSession) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const connected = this.#connected();
    const session = await connected;
    try {
      const answer = await work(session);
      this.#failures = 0;
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RemoteFailure && error.kind === 'answered') throw error;
      this.#lost(connected, error);
      void session.close();
      throw error;
    }
  }

  #connected(): Promise<RemoteSession> {
    if (this.#closed) throw new ToolError(`${this.#options.system} is no longer used.`);
    if (this.#session !== null) return this.#session;
    // The same words each time: they are a gap of the catalogue, and a line of the log.
    if (this.#pause !== null && this.#now() < this.#pause.until) throw this.#pause.reason;
    return this.#connect();
  }

  #connect(): Promise<RemoteSession> {
    const { transport, ...rest } = this.#options;
    const session: Promise<RemoteSession> = openSession({
      ...rest,
      transport: transport(),
      onToolsChanged: () => {
        this.#listed = null;
      },
      onEnd: () => this.#lost(session, new ToolError(`${rest.system} ended.`)),
    });
    this.#session = session;
    session.catch((error: unknown) => this.#lost(session, error));
    return session;
  }

  /** Does nothing for a session that is no longer ours. To be forgotten by the server is no failure of it. */
  #lost(session: Promise<RemoteSession>, reason: unknown): void {
    if (this.#session !== session) return;
    this.#session = null;
    this.#listed = null;
    if (!(reason instanceof ToolError) || isForgotten(reason)) return;
    this.#failures += 1;
    this.#pause = { until: this.#now() + pauseAfter(this.#failures), reason };
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }
}

function isForgotten(error: unknown): boolean {
  return error instanceof RemoteFailure && error.kind === 'forgotten';
}
