import type { Service } from '../../../tools/kubernetes/objects/network.ts';
import type { CallFailure } from '../../call-failures.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { listeningOf, listensOn } from '../../listening.ts';
import { isSame, nameOf, refOf } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import { stemOf } from '../../service-match.ts';
import type { Situation } from '../../situation.ts';
import { storeKindIn } from '../../stores.ts';
import { unique } from '../../troubled-calls.ts';
import { routes } from './routes.ts';

/** Fewer are what every network has. */
const ENOUGH = 2;
/** The process listens where its callers ask, and only the Service between them does not. */
const SERVICE_CHANGED = 0.9;
/** Nobody has what this one caller asks for. */
const NOBODY_HAS = 0.78;

/** Names and ports that callers' logs ask for, and that no Service has: names in code stand in no pod template. */
export const askedInVain: Analyser = {
  looksFor: 'names and ports that callers ask for in their logs and that no Service has',
  analyse(situation) {
    if (situation.cluster.unread.has('services')) return [];
    return [...ports(situation), ...names(situation)];
  },
};

function ports(situation: Situation): Finding[] {
  const { callFailures, cluster } = situation;
  return cluster.services.flatMap((service) => {
    const ref = refOf('Service', service.metadata);
    if (service.spec.clusterIP === 'None' || service.spec.ports.length === 0) return [];
    const asked = callFailures.filter(
      (it) =>
        it.service !== null &&
        isSame(it.service, ref) &&
        it.fault !== 'unresolved' &&
        it.port !== null &&
        !service.spec.ports.some(({ port }) => port === it.port),
    );
    const byPort = Map.groupBy(asked, ({ port }) => port ?? 0);
    return [...byPort].flatMap(([port, group]) =>
      countOf(group) < ENOUGH ? [] : wrongPort(service, port, group, situation),
    );
  });
}

function wrongPort(
  service: Service,
  port: number,
  group: readonly CallFailure[],
  situation: Situation,
): Finding[] {
  const { cluster, quotes } = situation;
  const ref = refOf('Service', service.metadata);
  const callers = unique(group.map(({ caller }) => caller));
  const workloads = behind(service, cluster);
  const listens = listensOn(workloads.map(listeningOf), port);
  const [caller] = callers;
  if (caller === undefined || workloads.length === 0) return [];
  // Addresses of pods go around the Service.
  if (group.every(({ host }) => host !== null && isOfPod(host, situation))) return [];
  const has = service.spec.ports.map((it) => it.port).join(', ');
  const asks = `${callers.map(nameOf).slice(0, 3).join(', ')} ${callers.length > 1 ? 'call' : 'calls'} port ${port} of Service ${ref.name}, which has ${has}`;
  const common = {
    severity: 'critical' as const,
    citations: [
      ...quotes.object(ref, /^\s+ports /).slice(0, 1),
      ...group.slice(0, 2).flatMap(({ entry }) => quotes.log(entry)),
    ],
    since: group[0]?.entry.at ?? null,
  };
  if (listens) {
    return [
      {
        ...common,
        failureMode: 'service-selector-mismatch',
        object: ref,
        statement: `${asks}, though its containers listen on ${port}.`,
        why: 'The callers and the pods agree on the port, and the Service between them has another.',
        score: SERVICE_CHANGED,
        explains: [...workloads.map((it) => it.ref), ...callers],
      },
    ];
  }
  if (callers.length > 1) return [];
  return [
    {
      ...common,
      failureMode: storeKindIn(`${ref.name}:${has}`) ? 'store-credentials' : 'bad-configuration',
      object: caller,
      statement: `${asks}, and its containers do not listen there either.`,
      why: 'No Service and no container has the port that this one caller asks for.',
      score: NOBODY_HAS,
      explains: workloads.map((it) => it.ref),
    },
  ];
}

function isOfPod(host: string, { cluster }: Situation): boolean {
  return cluster.pods.some(({ status }) => status.podIP === host);
}

function names(situation: Situation): Finding[] {
  const { callFailures } = situation;
  const asked = callFailures.filter(
    ({ fault, service, host }) => fault === 'unresolved' && service === null && host !== null,
  );
  const byName = Map.groupBy(asked, ({ host, entry }) => `${entry.namespace}/${host ?? ''}`);
  return [...byName.values()].flatMap((group) =>
    countOf(group) < ENOUGH ? [] : unknownName(group, situation),
  );
}

/** One caller asks for a name that is nearly that of a Service. */
function unknownName(group: readonly CallFailure[], situation: Situation): Finding[] {
  const { cluster, quotes } = situation;
  const callers = unique(group.map(({ caller }) => caller));
  const [first] = group;
  const [caller, ...others] = callers;
  const [name = '', namespace = first?.entry.namespace] = (first?.host ?? '').split('.');
  // Where several ask for it, or a workload has the name, it is the Service that is missing.
  if (caller === undefined || others.length > 0 || storeKindIn(name) !== null) return [];
  if (cluster.workloads.some(({ ref }) => ref.name === name)) return [];
  const meant = cluster.services.find(
    ({ metadata }) => metadata.namespace === namespace && stemOf(metadata.name) === stemOf(name),
  );
  if (meant === undefined) return [];
  const ref = refOf('Service', meant.metadata);
  return [
    {
      failureMode: routes(caller.name) ? 'ingress-misroute' : 'bad-configuration',
      object: caller,
      severity: 'critical',
      statement: `${nameOf(caller)} asks for ${name}, but no Service is called so; there is ${ref.name}.`,
      why: 'The name that it looks up is nearly that of a Service, and nobody else asks for it.',
      citations: [
        ...group.slice(0, 2).flatMap(({ entry }) => quotes.log(entry)),
        ...quotes.object(ref, /^Service /).slice(0, 1),
      ],
      score: 0.85,
      explains: [],
      since: first?.entry.at ?? null,
    },
  ];
}

/** A line comes by several ways, and counts once. */
function countOf(group: readonly CallFailure[]): number {
  const byLine = new Map(
    group.map(({ entry }) => [`${entry.pod} ${Date.parse(entry.at)}`, entry.count]),
  );
  return [...byLine.values()].reduce((sum, count) => sum + count, 0);
}
