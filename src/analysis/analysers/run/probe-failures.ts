import type { ClusterEvent, Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isInTrouble } from '../../health.ts';
import { nameOf } from '../../object-ref.ts';
import { subjectOf, workloadOf } from '../../owners.ts';
import { type ProbeKind, type ProbeUse, portsOf, probesOf } from '../../probes.ts';
import type { Situation } from '../../situation.ts';

/** As the kubelet writes it: `Liveness probe failed: Get "http://10.244.1.7:8081/healthz": dial tcp …`. */
const UNHEALTHY = /^(Liveness|Readiness|Startup) probe (?:failed|errored)\b[^:]*: ([\s\S]*)$/;

/** One protocol answered by another: what HTTP, TLS, gRPC and their clients say of each other. */
const OTHER_PROTOCOL =
  /malformed HTTP|server gave HTTP response to HTTPS client|does not look like a TLS handshake|transport connection broken|HTTP request (?:was sent )?to an? (?:HTTPS|TLS)|does not implement the grpc health protocol|code = Unimplemented|http2: frame|error reading server preface|unexpected content-type|HTTP\/0\.9/i;
const REFUSED = /connection refused|failed to connect service/;
const TIMED_OUT = /deadline exceeded|Client\.Timeout|i\/o timeout|timed out|timeout/i;
const CUT_OFF = /: EOF$|connection reset by peer|unexpected EOF/;
const NO_COMMAND =
  /executable file not found|no such file or directory|command not found|: not found/;

interface Reading {
  what: string;
  because: string;
  score: number;
}

/** What the kubelet says of probes that fail by what they are, not by what they find. */
export const probeFailures: Analyser = {
  looksFor: 'probes that the kubelet cannot carry out as they are',
  analyse: (situation) =>
    situation.cluster.events.flatMap((event) =>
      event.reason === 'Unhealthy' ? failureOf(event, situation) : [],
    ),
};

function failureOf(event: ClusterEvent, situation: Situation): Finding[] {
  const { cluster, quotes, window } = situation;
  const [, word = '', said = ''] = UNHEALTHY.exec(event.message) ?? [];
  const workload = workloadOf(subjectOf(event, cluster), cluster);
  const kind = kindOf(word);
  if (workload === null || kind === null || !isInTrouble(workload.ref, cluster, window)) return [];
  const port = portIn(said);
  const uses = probesOf(workload).filter((it) => it.kind === kind);
  const use = uses.find((it) => it.number === port) ?? uses[0] ?? null;
  const reading = readingOf(said, port, use, workload, situation);
  if (reading === null) return [];
  return [
    {
      failureMode: 'probe-misconfigured',
      object: workload.ref,
      severity: 'critical',
      statement: `The ${kind} probe of ${nameOf(workload.ref)} ${reading.what}.`,
      why: `The kubelet reports it ${event.count} times: ${reading.because}.`,
      citations: [
        ...quotes.event(event),
        ...quotes.object(workload.ref, new RegExp(`^\\s+${kind} `)).slice(0, 1),
      ],
      score: reading.score,
      explains: [],
      since: event.firstAt,
    },
  ];
}

function kindOf(word: string): ProbeKind | null {
  const kinds: Readonly<Record<string, ProbeKind>> = {
    Liveness: 'liveness',
    Readiness: 'readiness',
    Startup: 'startup',
  };
  return kinds[word] ?? null;
}

function portIn(said: string): number | null {
  const digits =
    /\d{1,3}(?:\.\d{1,3}){3}:(\d{2,5})\b/.exec(said)?.[1] ?? /[\]"]:(\d{2,5})\b/.exec(said)?.[1];
  return digits === undefined ? null : Number(digits);
}

function readingOf(
  said: string,
  port: number | null,
  use: ProbeUse | null,
  workload: Workload,
  { cluster }: Situation,
): Reading | null {
  if (OTHER_PROTOCOL.test(said)) {
    return {
      what: 'speaks another protocol than its port',
      because: 'what answers is of another protocol',
      score: 0.93,
    };
  }
  const status = /statuscode: (\d{3})/i.exec(said)?.[1];
  if (status !== undefined) return ofStatus(status, use);
  if (NO_COMMAND.test(said)) {
    return {
      what: 'runs a command that the image does not have',
      because: 'the command is not found',
      score: 0.9,
    };
  }
  const known = portsOf(workload, cluster);
  const isKnown = port === null || known.length === 0 || known.some((it) => it.port === port);
  if (REFUSED.test(said) || TIMED_OUT.test(said)) {
    if (isKnown) return null;
    const listens = [...new Set(known.map((it) => it.port))].join(', ');
    return {
      what: `asks at port ${port}, where nothing listens`,
      because: `its ports are ${listens}`,
      score: 0.92,
    };
  }
  if (CUT_OFF.test(said) && (use?.protocol === 'HTTP' || use?.protocol === 'HTTPS') && isKnown) {
    return {
      what: `speaks ${use.protocol} to what may not`,
      because: 'what listens there closes the connection',
      score: 0.7,
    };
  }
  return null;
}

/** A path that is not there, or not for the kubelet. An error of the server's own is what a probe is there to find. */
function ofStatus(status: string, use: ProbeUse | null): Reading | null {
  const path = use?.probe.httpGet?.path ?? 'its path';
  if (status === '400') {
    return {
      what: `asks for ${path} in a way that the server refuses`,
      because: 'it answers 400, as TLS servers do to plain HTTP',
      score: 0.8,
    };
  }
  return /^4(?:01|03|04|05|06|10)$/.test(status)
    ? {
        what: `asks for ${path}, which the server does not have for it`,
        because: `it answers ${status}`,
        score: status === '404' ? 0.92 : 0.85,
      }
    : null;
}
