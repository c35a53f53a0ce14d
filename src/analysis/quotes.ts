import type { Evidence } from '../evidence/evidence.ts';
import type { Citation } from '../report/report.ts';
import type { ClusterEvent } from './cluster.ts';
import type { LogEntry } from './logs.ts';
import type { ObjectRef } from './object-ref.ts';

/** Longer quotes are not read; a report shows about so much. */
const MAX_QUOTE = 200;

/** Finds the words that a finding is quoted with. Each gives no citation, not a wrong one, when there are none. */
export interface Quotes {
  /**
   * Of an object's own lines in its snapshot: those that match, at most two; its heading without a pattern. Pods are
   * objects of their own.
   */
  object(ref: ObjectRef, pattern?: RegExp): Citation[];
  event(event: ClusterEvent): Citation[];
  log(entry: LogEntry): Citation[];
  /** The first line of an evidence that matches. */
  line(evidence: string, pattern: RegExp): Citation[];
}

export function createQuotes(evidence: readonly Evidence[]): Quotes {
  const texts = new Map(evidence.map(({ id, text }) => [id, text]));
  const blocks = blocksOf(evidence);
  const first = (id: string, matches: (line: string) => boolean): Citation[] => {
    const line = texts.get(id)?.split('\n').find(matches);
    return line === undefined ? [] : [citation(id, line)];
  };
  return {
    object(ref, pattern) {
      const block = blocks.get(blockKey(ref.kind, ref.namespace, ref.name));
      if (block === undefined) return [];
      const lines =
        pattern === undefined
          ? block.lines.slice(0, 1)
          : block.lines.filter((it) => pattern.test(it));
      return lines.slice(0, 2).map((line) => citation(block.evidence, line, pattern));
    },
    event: (event) => {
      const message = wordsOf(event.message);
      return first(
        event.evidence,
        (line) => line.includes(` ${event.reason} `) && line.includes(message),
      ).map(({ evidence: id, quote }) => ({ evidence: id, quote: quote.slice(0, MAX_QUOTE) }));
    },
    log: ({ evidence: id, text }) => {
      const quote = text.trim().slice(0, MAX_QUOTE);
      return texts.get(id)?.includes(quote)
        ? [{ evidence: id, quote }]
        : first(id, (line) => line.includes(quote.slice(0, 60)));
    },
    line: (id, pattern) => {
      const line = texts
        .get(id)
        ?.split('\n')
        .find((it) => pattern.test(it));
      return line === undefined ? [] : [citation(id, line, pattern)];
    },
  };
}

/** As an output has it: on one line, and without what it leaves out. */
function wordsOf(message: string): string {
  return message.replace(/\s+/g, ' ').trim().slice(0, 60);
}

/** Of a line that is too long, the part with what was looked for. */
function citation(evidence: string, line: string, pattern?: RegExp): Citation {
  const trimmed = line.trim();
  const at = pattern === undefined ? 0 : Math.max(0, trimmed.search(pattern));
  const start = at < MAX_QUOTE / 2 ? 0 : at - MAX_QUOTE / 4;
  return {
    evidence,
    quote: trimmed
      .slice(start, start + MAX_QUOTE)
      .toWellFormed()
      .trim(),
  };
}

interface Block {
  evidence: string;
  lines: string[];
}

/** A snapshot has each object's lines indented under its heading, `Kind name: …`. */
function blocksOf(evidence: readonly Evidence[]): Map<string, Block> {
  const blocks = new Map<string, Block>();
  for (const { id, tool, args, text, isError } of evidence) {
    if (tool !== 'kubectl_snapshot' || isError) continue;
    const namespace = typeof args.namespace === 'string' ? args.namespace : '';
    let open: Block | null = null;
    for (const line of text.split('\n')) {
      const heading = /^([A-Z][A-Za-z]+) ([a-z0-9][a-z0-9.:-]*): /.exec(line);
      if (heading) {
        open = { evidence: id, lines: [line] };
        const key = blockKey(heading[1] ?? '', namespace, heading[2] ?? '');
        if (!blocks.has(key)) blocks.set(key, open);
        const anywhere = blockKey(heading[1] ?? '', null, heading[2] ?? '');
        if (!blocks.has(anywhere)) blocks.set(anywhere, open);
      } else if (line.startsWith('  ')) open?.lines.push(line);
      else open = null;
    }
  }
  return blocks;
}

function blockKey(kind: string, namespace: string | null, name: string): string {
  return `${kind} ${namespace ?? '*'}/${name}`;
}
