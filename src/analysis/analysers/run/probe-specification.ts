import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf } from '../../object-ref.ts';
import { unreadySince } from '../../owners.ts';
import { failingPods, type KnownPort, type ProbeUse, portsOf, probesOf } from '../../probes.ts';
import type { Situation } from '../../situation.ts';

/** Why a probe cannot succeed, by what stands beside it. */
interface Contradiction {
  what: string;
  because: string;
  score: number;
  service: string | null;
}

/** A port by a name that nothing declares. */
const UNKNOWN_NAME = 0.93;
/** The container declares ports, and this one is not among them. */
const UNDECLARED = 0.86;
/** Nothing is declared, but others know where it listens. */
const ELSEWHERE = 0.72;
const OTHER_PROTOCOL = 0.85;

/** Probes that the rest of the specification contradicts, of pods that are not ready or are started again and again. */
export const probeSpecification: Analyser = {
  looksFor: 'probes whose port or protocol the container does not have',
  analyse: (situation) =>
    situation.cluster.workloads.flatMap((workload) =>
      probesOf(workload).flatMap((use) => contradicted(use, workload, situation)),
    ),
};

function contradicted(use: ProbeUse, workload: Workload, situation: Situation): Finding[] {
  const { cluster, quotes, window } = situation;
  const pods = failingPods(use, workload, cluster, window);
  if (pods.length === 0) return [];
  const found = contradictionOf(use, workload, portsOf(workload, cluster));
  if (found === null) return [];
  const { container, kind } = use;
  const since = pods
    .flatMap((pod) => unreadySince(pod) ?? [])
    .sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  const service = { kind: 'Service', namespace: workload.ref.namespace, name: found.service ?? '' };
  return [
    {
      failureMode: 'probe-misconfigured',
      object: workload.ref,
      severity: 'critical',
      statement: `The ${kind} probe of container ${container.name} of ${nameOf(workload.ref)} ${found.what}.`,
      why: `${found.because}, and ${pods.length} of its pods ${kind === 'readiness' ? 'run without being ready' : 'are started again and again'}.`,
      citations: [
        ...quotes.object(workload.ref, new RegExp(`^\\s+${kind} `)).slice(0, 1),
        ...(found.service === null
          ? quotes.object(workload.ref, /^\s+ports /).slice(0, 1)
          : quotes.object(service, /./).slice(0, 1)),
      ],
      score: found.score,
      explains: [],
      since: since ?? null,
    },
  ];
}

function contradictionOf(
  use: ProbeUse,
  workload: Workload,
  known: readonly KnownPort[],
): Contradiction | null {
  const { port, number, container } = use;
  if (port === null) return null;
  if (number === null) {
    const what = `asks for a port named ${port}`;
    return {
      what,
      because: 'No port of the container is called so',
      score: UNKNOWN_NAME,
      service: null,
    };
  }
  const others = probesOf(workload).filter(
    (it) => it.container.name === container.name && it.kind !== use.kind,
  );
  return wrongPort(use, number, known, others) ?? wrongProtocol(use, number, known, others);
}

function wrongPort(
  { protocol }: ProbeUse,
  number: number,
  known: readonly KnownPort[],
  others: readonly ProbeUse[],
): Contradiction | null {
  if (known.some(({ port }) => port === number)) return null;
  const what = `asks ${protocol === 'exec' ? 'by a command' : `by ${protocol}`} at port ${number}`;
  const declared = known.filter(({ from }) => from === 'ports').map(({ port }) => port);
  const agreed = others.some((it) => it.number === number);
  if (declared.length > 0) {
    const because = `Its containers declare ${declared.join(', ')}`;
    return { what, because, score: agreed ? ELSEWHERE : UNDECLARED, service: null };
  }
  const [told] = known;
  const probed = others.find((it) => it.number !== null)?.number;
  if (agreed || (told === undefined && probed === undefined)) return null;
  const because = told
    ? `${told.from} has port ${told.port}`
    : `The other probe of the container asks at port ${probed}`;
  return { what, because, score: ELSEWHERE, service: told?.service ?? null };
}

function wrongProtocol(
  { protocol }: ProbeUse,
  number: number,
  known: readonly KnownPort[],
  others: readonly ProbeUse[],
): Contradiction | null {
  if (protocol === 'TCP' || protocol === 'exec') return null;
  const what = `speaks ${protocol} to port ${number}`;
  const named = known.find((it) => it.port === number && it.protocol !== null);
  if (named?.protocol && named.protocol !== protocol) {
    const because = `That port is one of ${named.protocol}, by ${named.from === 'ports' ? 'its name' : named.from}`;
    return { what, because, score: OTHER_PROTOCOL, service: named.service };
  }
  const other = others.find(
    (it) => it.number === number && !['TCP', 'exec', protocol].includes(it.protocol),
  );
  if (other === undefined || named?.protocol === protocol) return null;
  const because = `The ${other.kind} probe speaks ${other.protocol} to the same port`;
  return { what, because, score: OTHER_PROTOCOL, service: null };
}
