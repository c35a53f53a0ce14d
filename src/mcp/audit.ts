import { closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import type { JsonObject } from '../lib/json.ts';
import type { Logger } from '../lib/log.ts';

/**
 * `refused`: turned down before it ran, for a tool, arguments or a window that cannot be. The two steps of an
 * action are `proposed` and `confirmed`; there a person's no is `refused` as well.
 */
export type CallOutcome =
  | 'ok'
  | 'error'
  | 'refused'
  | 'timeout'
  | 'cancelled'
  | 'rate_limited'
  | 'proposed'
  | 'confirmed';

/** Who asks, as far as it can be known. */
export interface Asker {
  /** What it calls itself; null when MCP's initialize is to tell. */
  client: string | null;
  /** What it cannot choose: `stdio`, `token 1a2b3c4d`, `this machine`, `run …`. The rate limit counts by it. */
  caller: string;
  /** The peer's, over a network. */
  address: string | null;
}

/** One call of a tool. Never its output, and no secret. */
export interface AuditEntry extends Asker {
  /** When it came in. */
  at: string;
  environment: string;
  client: string;
  /** As it was asked for, be there such a tool or not. */
  tool: string;
  /** Redacted; shortened when they are long, and not looked at when the call was one too many. */
  arguments: JsonObject | string;
  /** Of the whole output, text and structured. */
  bytes: number;
  ms: number;
  outcome: CallOutcome;
  /** Whether it got the result of an identical call. */
  shared: boolean;
}

export interface AuditLog {
  /** Never throws: a call does not fail because it cannot be written down. */
  record(entry: AuditEntry): void;
}

export interface AuditLogOptions {
  /** Gets one JSON line for each call; null: they are in the log at level info. */
  file: string | null;
  log: Logger;
  /** Told of each entry that the file did not get. */
  onLost?: () => void;
}

/** @throws Error of node:fs when the file cannot be opened for appending. */
export function openAuditLog({ file, log, onLost = () => {} }: AuditLogOptions): AuditLog {
  if (file === null) return { record: (entry) => log.info({ audit: entry }, 'tool call') };
  const appended = openForAppending(file);
  return {
    record(entry) {
      log.debug({ audit: entry }, 'tool call');
      try {
        appended.write(`${JSON.stringify(entry)}\n`);
      } catch (error) {
        log.error({ err: error, audit: entry }, 'the audit log did not get a tool call');
        onLost();
      }
    },
  };
}

/** Each line is one write of O_APPEND, so that several processes can share the file. */
function openForAppending(file: string): { write(line: string): void } {
  // Arguments are redacted, and still nobody else's business.
  const open = () => openSync(file, 'a', 0o600);
  let descriptor = open();
  let torn = false;
  return {
    write(line) {
      if (!isStillThere(file, descriptor)) {
        const fresh = open();
        closeSync(descriptor);
        descriptor = fresh;
        torn = false;
      }
      const bytes = Buffer.from(torn ? `\n${line}` : line);
      const written = writeSync(descriptor, bytes);
      // A disk that fills up may take a part: the next line must not be glued to it.
      if (written > 0) torn = written < bytes.length;
      if (written < bytes.length) throw new Error(`${written} of ${bytes.length} bytes were taken`);
    },
  };
}

/** Log rotation moves the file away. */
function isStillThere(file: string, descriptor: number): boolean {
  const now = statSync(file, { throwIfNoEntry: false });
  const ours = fstatSync(descriptor);
  return now !== undefined && now.ino === ours.ino && now.dev === ours.dev;
}
