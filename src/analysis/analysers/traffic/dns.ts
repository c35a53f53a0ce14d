import { clusterNameOf, serviceAt } from '../../addresses.ts';
import type { CallFailure } from '../../call-failures.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { givenAddresses } from '../../given-addresses.ts';
import { isSame, keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { workloadOf } from '../../owners.ts';
import { dnsDenialOf } from '../../policies.ts';
import type { Situation } from '../../situation.ts';
import { partsOf } from '../../system-pods.ts';

/** Names that do not resolve: for all, by the cluster's DNS server; for one, by how its pods ask. */
export const dns: Analyser = {
  looksFor: 'names that do not resolve, a DNS server that is down, and pods that ask the wrong one',
  analyse(situation) {
    const own = situation.cluster.workloads.flatMap((it) => ofOneClient(it, situation));
    const failures = lookupsOf(situation).filter(
      ({ caller }) => !own.some(({ object }) => isSame(object, caller)),
    );
    return [...own, ...ofServer(failures, situation)];
  },
};

const SERVER = /^(?:[a-z0-9]+-)?(?:coredns|kube-dns)(?:-|$)/;
const OTHER_PARTS = /^(?:kube-proxy|kube-apiserver|kube-scheduler|kube-controller-manager|etcd)/;

/** Lookups that should work: of Services that exist, and not cut off by a policy. */
function lookupsOf({ callFailures, cluster }: Situation): CallFailure[] {
  return callFailures.filter(({ fault, host, caller, entry, service }) => {
    if (fault !== 'unresolved') return false;
    const workload = workloadOf(caller, cluster);
    if (workload && dnsDenialOf(workload, cluster).length > 0) return false;
    if (service !== null) return true;
    if (host === null) return DOWN.test(entry.text);
    const inside = clusterNameOf(host, entry.namespace, new Set(cluster.snapshots.keys()));
    // The server itself does not answer, whatever is asked for.
    return inside === null ? false : DOWN.test(entry.text);
  });
}

const DOWN = /server misbehaving|i\/o timeout|EAI_AGAIN|Temporary failure|SERVFAIL|:53: .*refused/i;

function ofServer(failures: readonly CallFailure[], situation: Situation): Finding[] {
  const { systemPods, cluster } = situation;
  const callers = [...new Map(failures.map(({ caller }) => [keyOf(caller), caller])).values()];
  const servers = systemPods ? partsOf(systemPods, SERVER) : [];
  const owner = servers[0]?.owner;
  const object: ObjectRef = {
    kind: owner?.kind ?? 'Deployment',
    namespace: 'kube-system',
    name: owner?.name ?? 'coredns',
  };
  const down = servers.filter(({ healthy }) => !healthy);
  const all = { object, failures, callers };
  if (systemPods && servers.length === 0 && partsOf(systemPods, OTHER_PARTS).length > 0) {
    const says = 'has no pods in kube-system';
    return [serverFinding(all, { says, base: 0.75, pods: [], whole: true }, situation)];
  }
  if (servers.length > 0 && down.length === servers.length) {
    const says = `has no healthy pod: ${down
      .map(({ name, status }) => `${name} is ${status}`)
      .slice(0, 3)
      .join(', ')}`;
    return [
      serverFinding(
        all,
        { says, base: 0.8, pods: down.map(({ name }) => name), whole: true },
        situation,
      ),
    ];
  }
  if (down.length > 0 && callers.length > 0) {
    const says = `has ${down.length} of ${servers.length} pods that are not healthy`;
    return [
      serverFinding(
        all,
        { says, base: 0.7, pods: down.map(({ name }) => name), whole: false },
        situation,
      ),
    ];
  }
  if (callers.length > 1) {
    const says = `does not resolve names for ${callers.length} workloads`;
    return [serverFinding(all, { says, base: 0.6, pods: [], whole: false }, situation)];
  }
  const [caller] = callers;
  const workload = caller && workloadOf(caller, cluster);
  const names = new Set(failures.flatMap(({ service }) => (service ? keyOf(service) : [])));
  // Its template says nothing else of how it asks, so it asks as all do, who may not have asked since.
  if (workload && names.size > 1) {
    const says = `does not resolve ${names.size} names of Services`;
    return [serverFinding(all, { says, base: 0.5, pods: [], whole: false }, situation)];
  }
  return workload
    ? [
        clientFinding(
          workload,
          { says: 'cannot resolve names that others can', score: 0.55 },
          situation,
        ),
      ]
    : [];
}

interface Served {
  object: ObjectRef;
  failures: readonly CallFailure[];
  callers: readonly ObjectRef[];
}

function serverFinding(
  { object, failures, callers }: Served,
  {
    says,
    base,
    pods,
    whole,
  }: { says: string; base: number; pods: readonly string[]; whole: boolean },
  { quotes, systemPods, cluster }: Situation,
): Finding {
  return {
    failureMode: 'dns-failure',
    object,
    severity: 'critical',
    statement: `${nameOf(object)}, the cluster's DNS, ${says}.`,
    why:
      callers.length > 0
        ? `Lookups of names that exist fail in ${callers.map(nameOf).slice(0, 4).join(', ')}.`
        : 'Without it no name of a Service resolves.',
    citations: [
      ...(systemPods ? cite(systemPods.evidence, pods, quotes) : []),
      ...failures.slice(0, 2).flatMap(({ entry }) => quotes.log(entry)),
    ],
    score: callers.length > 0 ? Math.min(0.96, base + 0.18) : base,
    explains: whole ? cluster.workloads.map(({ ref }) => ref) : [...callers],
    since: failures[0]?.entry.at ?? null,
  };
}

function cite(evidence: string, pods: readonly string[], quotes: Situation['quotes']) {
  const found = pods
    .slice(0, 2)
    .flatMap((name) => quotes.line(evidence, new RegExp(`^\\s*${name}\\b`)));
  if (found.length > 0) return found;
  return quotes.line(
    evidence,
    pods.length > 0 ? /(?:coredns|kube-dns)/ : /Namespace kube-system|pods/i,
  );
}

const PUBLIC =
  /^(?:1\.[01]\.[01]\.1|8\.8\.[48]\.[48]|9\.9\.9\.\d+|208\.67\.\d+\.\d+|127\.0\.0\.1|192\.0\.2\.\d+)$/;

/** What a pod template says of how its pods resolve names, beside the names that they are given. */
function ofOneClient(workload: Workload, situation: Situation): Finding[] {
  const { dnsPolicy, dnsConfig, hostNetwork, hostAliases } = workload.template.spec;
  const { services } = situation.cluster;
  const namespace = workload.ref.namespace ?? '';
  const given = givenAddresses({ workloads: [workload] }).filter(
    ({ host }) => serviceAt(host, namespace, services) !== null,
  );
  const aliased = hostAliases
    .flatMap(({ hostnames }) => hostnames)
    .find((name) => given.some(({ host }) => host === name));
  if (aliased) {
    return [
      clientFinding(
        workload,
        {
          says: `has ${aliased} in its hosts file, so that the Service of that name is not asked for`,
          score: 0.85,
        },
        situation,
      ),
    ];
  }
  const fails = situation.callFailures.some(
    ({ fault, caller, host }) =>
      fault === 'unresolved' &&
      isSame(caller, workload.ref) &&
      host !== null &&
      serviceAt(host, namespace, services) !== null,
  );
  if (given.length === 0 && !fails) return [];
  if (dnsPolicy === 'None') {
    const servers = dnsConfig?.nameservers ?? [];
    const searches = dnsConfig?.searches ?? [];
    const short = given.some(({ host }) => !host.includes('.'));
    const outside = servers.length > 0 && servers.every((it) => PUBLIC.test(it));
    const searchless = short && !searches.some((it) => it.includes('.svc'));
    const says = `asks ${servers.join(', ') || 'no server'} for names${searchless ? ' and does not look in its own namespace' : ''}`;
    return [
      clientFinding(
        workload,
        { says, score: outside || searchless ? 0.88 : fails ? 0.8 : 0.6 },
        situation,
      ),
    ];
  }
  if (dnsPolicy === 'Default' && !hostNetwork) {
    return [
      clientFinding(
        workload,
        { says: "asks its node's DNS, which does not know Services", score: 0.82 },
        situation,
      ),
    ];
  }
  if (hostNetwork && (dnsPolicy === 'ClusterFirst' || dnsPolicy === 'Default') && fails) {
    return [
      clientFinding(
        workload,
        {
          says: "is on its node's network and asks its node's DNS, which does not know Services",
          score: 0.8,
        },
        situation,
      ),
    ];
  }
  return [];
}

function clientFinding(
  { ref }: Workload,
  { says, score }: { says: string; score: number },
  { quotes, callFailures }: Situation,
): Finding {
  const failures = callFailures.filter((it) => it.fault === 'unresolved' && isSame(it.caller, ref));
  return {
    failureMode: 'dns-failure',
    object: ref,
    severity: 'critical',
    statement: `${nameOf(ref)} ${says}.`,
    why:
      failures.length > 0
        ? 'Its lookups of names that exist fail.'
        : 'The names that it is given are those of Services, which only the DNS of the cluster knows.',
    citations: [
      ...quotes.object(ref, /^\s+(?:dns|hosts file|host network) /),
      ...failures.slice(0, 2).flatMap(({ entry }) => quotes.log(entry)),
    ],
    score: Math.min(0.95, score + (failures.length > 0 && score > 0.56 ? 0.1 : 0)),
    explains: [],
    since: failures[0]?.entry.at ?? null,
  };
}
