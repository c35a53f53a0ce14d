import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Redact } from '../../evidence/redact.ts';
import type { Clock } from '../../lib/clock.ts';
import { DeadlineExceeded, withDeadline } from '../../lib/deadline.ts';
import { oneLine } from '../../lib/escape.ts';
import type { Logger } from '../../lib/log.ts';
import { type Tool, ToolError } from '../../tools/tool.ts';
import { ChildTransport } from './child-transport.ts';
import { RemoteConnection } from './connection.ts';
import { fingerprintOf } from './definition.ts';
import { type RemoteServer, settingsHider } from './endpoint.ts';
import { HttpTransport } from './http-transport.ts';
import { PinFileError, readPins } from './pin-file.ts';
import type { Pin } from './pins.ts';
import { remoteTool } from './remote-tool.ts';
import { type VettedTool, vet } from './vetting.ts';
import { gapsOf, type Withheld, withheldOf } from './withheld.ts';

export interface RemoteToolsOptions {
  environment: string;
  servers: readonly RemoteServer[];
  /** Where the accepted definitions are. Read again for each list, so that an acceptance needs no restart. */
  pinFile: string;
  /** For connecting to a server, and for listing its tools. */
  timeoutMs: number;
  redact: Redact;
  clock: Clock;
  log: Logger;
}

/** What became of the allowed tools of one server. */
export interface ServerReview {
  server: string;
  /** Why nothing is known of its tools, in words without an address; null when it has listed them. */
  problem: string | null;
  tools: VettedTool[];
}

export interface Catalogue {
  /** Those that may exist as of now. They go on working for whoever holds them, whatever comes after. */
  tools: Tool[];
  /** Which servers or tools are missing, in words for a model or a report. */
  gaps: string[];
  /** The allowed tools that do not exist, under the names that they would have. */
  withheld: Withheld[];
}

/** The tools of the other servers of one environment. Nothing is connected to before it is asked for. */
export interface RemoteTools {
  /**
   * Never rejects: a server that is down has no tools, and a gap that says so. While nothing changes it gives
   * the same object.
   */
  catalogue(): Promise<Catalogue>;
  /** @throws PinFileError when what was accepted cannot be read. */
  review(): Promise<ServerReview[]>;
  /** Ends all sessions and children. Never rejects. */
  close(): Promise<void>;
  /** Ends the children at once, for a process that is about to exit. */
  kill(): void;
}

/** Of one message of a server: far more than what a result may have, which is cut later and told. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const CHILD_GRACE_MS = 2_000;
const HTTP_TIMEOUT_MS = 60_000;
const LATER_PATIENCE_MS = 1_000;

export function openRemoteTools(options: RemoteToolsOptions): RemoteTools {
  const { environment, pinFile, log } = options;
  const children = new Set<ChildTransport>();
  const remotes = options.servers.map((server) => connect(server, options, children));
  const newsOf = changes();
  /** A server that starts slowly is waited for once; nobody's own tools wait for it again. */
  let patienceMs = options.timeoutMs;

  const review = async (waitMs: number): Promise<ServerReview[]> => {
    const pins = await readPins(pinFile);
    return await Promise.all(
      remotes.map((remote) => reviewOf(remote, { environment, pins, waitMs })),
    );
  };
  const take = async (): Promise<Catalogue> => {
    try {
      const reviews = await review(patienceMs);
      patienceMs = LATER_PATIENCE_MS;
      for (const line of newsOf(reviews.flatMap(warningsOf))) {
        log.warn(`environment ${environment}: ${line}`);
      }
      return {
        tools: remotes.flatMap((remote, index) => toolsOf(remote, reviews[index]?.tools ?? [])),
        gaps: reviews.flatMap(gapsOf),
        withheld: reviews.flatMap(withheldOf),
      };
    } catch (error) {
      if (!(error instanceof PinFileError)) throw error;
      for (const line of newsOf([error.message])) log.warn(line);
      const names = remotes.map(({ server }) => server.name).join(', ');
      const gaps = [`The tools of ${names} are missing: none can be vouched for.`];
      return { tools: [], gaps, withheld: [] };
    }
  };
  let last: Catalogue = { tools: [], gaps: [], withheld: [] };
  return {
    review: () => review(options.timeoutMs),
    async catalogue() {
      const taken = remotes.length === 0 ? last : await take();
      if (!isSame(last, taken)) last = taken;
      return last;
    },
    async close() {
      await Promise.all(remotes.map(({ connection }) => connection.close()));
    },
    kill() {
      for (const child of children) child.kill();
    },
  };
}

interface Remote {
  server: RemoteServer;
  connection: RemoteConnection;
  hide: (text: string) => string;
  /** The tools that were made, by name and fingerprint. */
  made: Map<string, Tool>;
}

function connect(
  server: RemoteServer,
  { timeoutMs, redact, clock, log }: RemoteToolsOptions,
  children: Set<ChildTransport>,
): Remote {
  const { name, endpoint } = server;
  const system = `The MCP server ${name}`;
  const hide = settingsHider(endpoint);
  const transport = (): Transport => {
    if (endpoint.kind === 'url') {
      const limits = { maxBytes: MAX_MESSAGE_BYTES, timeoutMs: HTTP_TIMEOUT_MS };
      return new HttpTransport({ system, ...limits, url: endpoint.url, headers: endpoint.headers });
    }
    const child = new ChildTransport({
      system,
      command: endpoint.command,
      env: { ...endpoint.inherited, ...endpoint.env },
      cwd: endpoint.cwd,
      maxBytes: MAX_MESSAGE_BYTES,
      graceMs: CHILD_GRACE_MS,
      onStderr: (line) => log.debug({ server: name, stderr: redact(hide(oneLine(line))) }),
      onEnd: () => children.delete(child),
    });
    children.add(child);
    return child;
  };
  const connection = new RemoteConnection({ system, transport, timeoutMs, clock });
  return { server, connection, hide, made: new Map() };
}

async function reviewOf(
  { server: { name, allow }, connection, hide }: Remote,
  { waitMs, ...rules }: { environment: string; pins: readonly Pin[]; waitMs: number },
): Promise<ServerReview> {
  const unknown = (problem: string) => ({ server: name, problem, tools: [] });
  try {
    const listed = await withDeadline(waitMs, () => connection.tools());
    return { server: name, problem: null, tools: vet(listed, { ...rules, server: name, allow }) };
  } catch (error) {
    if (error instanceof DeadlineExceeded) {
      return unknown(`The MCP server ${name} has not listed its tools yet.`);
    }
    if (!(error instanceof ToolError)) throw error;
    return unknown(hide(error.message));
  }
}

/** The same tool while its definition is the same. */
function toolsOf(
  { server, connection, hide, made }: Remote,
  vetted: readonly VettedTool[],
): Tool[] {
  return vetted.flatMap(({ tool, verdict }) => {
    if (verdict.state !== 'accepted') return [];
    const { definition, publication } = verdict;
    const key = `${tool} ${fingerprintOf(definition)}`;
    const known =
      made.get(key) ?? remoteTool({ server: server.name, tool, publication, connection, hide });
    made.set(key, known);
    return [known];
  });
}

function warningsOf(review: ServerReview): string[] {
  if (review.problem !== null) return [review.problem];
  return withheldOf(review).map(({ name, reason }) => `${name} is quarantined: ${reason}`);
}

function isSame(before: Catalogue, now: Catalogue): boolean {
  const same = (a: readonly unknown[], b: readonly unknown[]) =>
    a.length === b.length && a.every((item, index) => item === b[index]);
  const words = ({ gaps, withheld }: Catalogue) => JSON.stringify([gaps, withheld]);
  return same(before.tools, now.tools) && words(before) === words(now);
}

/** A catalogue is made for every investigation: of what it tells, what the one before did not tell is news. */
function changes(): (lines: readonly string[]) => string[] {
  let before: readonly string[] = [];
  return (lines) => {
    const news = lines.filter((line) => !before.includes(line));
    before = lines;
    return news;
  };
}
