import { type Address, addressesWithin, isNumericHost, serviceAt } from './addresses.ts';
import type { Cluster } from './cluster.ts';
import type { LogEntry, Logs } from './logs.ts';
import { keyOf, type ObjectRef, refOf } from './object-ref.ts';
import { behind, ownerOf } from './owners.ts';

/** How a call to another process fails, as clients of every language say it. */
export type CallFault =
  | 'unresolved'
  | 'refused'
  | 'timed-out'
  | 'unreachable'
  | 'reset'
  | 'unavailable';

/** A log line in which a workload says that it could not reach something. */
export interface CallFailure {
  entry: LogEntry;
  caller: ObjectRef;
  fault: CallFault;
  /** As the line has it; null where it does not say. */
  host: string | null;
  port: number | null;
  /** The Service that the host or its address is; null for what is none. */
  service: ObjectRef | null;
}

/** Each captures the name that was asked for. Go, Node.js, Java, Python, gRPC, curl, nginx, libpq, MySQL, Ruby. */
const LOOKUPS: readonly RegExp[] = [
  // grpc-go says `A record lookup error: lookup cart on …`.
  /\blookup (?!error:)([\w.-]+)(?: on [\d.:[\]a-f]+)?: /i,
  /\b(?:getaddrinfo|queryA+|querySrv) (?:ENOTFOUND|EAI_AGAIN|ETIMEOUT|ESERVFAIL|ECONNREFUSED) ([\w.-]+)/,
  /UnknownHostException: (?!failed to resolve)([\w.-]+)/,
  /(?:Failed|Unable) to resolve (?:host |hostname )?['"]?([\w.-]+)/i,
  /DNS resolution failed for ([\w.-]+)/i,
  /Could not resolve (?:host|hostname)?:? ?['"]?([\w.-]+)/i,
  /([\w.-]+) could not be resolved/,
  /host not found in upstream "([\w.-]+)/,
  /could not translate host name "([\w.-]+)"/,
  /Unknown MySQL server host '([\w.-]+)'/,
  /Error -[235] connecting to ([\w.-]+)/,
  /host='([\w.-]+)'.{0,300}(?:Name or service not known|Temporary failure in name resolution|Failed to resolve)/,
  /getaddrinfo.{0,20}\(?['"]?([\w.-]+)['"]?\)?:? (?:Name or service not known|Temporary failure)/i,
];
const UNRESOLVED =
  /no such host|server misbehaving|Name or service not known|nodename nor servname|Temporary failure in name resolution|EAI_AGAIN|ENOTFOUND|UnknownHostException|NXDOMAIN|SERVFAIL|name resolution|could not be resolved|host not found|Could not resolve host|Unknown MySQL server host|DnsNameResolverTimeout|(?:Failed|Unable) to resolve '|produced zero addresses|\blookup \S{1,200} on \S{1,60}:53|could not translate host name/i;

const FAULTS: readonly (readonly [fault: CallFault, words: RegExp])[] = [
  [
    'refused',
    /connection refused|ECONNREFUSED|actively refused|Connect call failed|connect\(\) failed \(111/i,
  ],
  [
    'unreachable',
    /no route to host|EHOSTUNREACH|network is unreachable|ENETUNREACH|NoRouteToHost/i,
  ],
  [
    'timed-out',
    /i\/o timeout|context deadline exceeded|deadline_?exceeded|ETIMEDOUT|ESOCKETTIMEDOUT|SocketTimeout|ConnectTimeout|ReadTimeout|connect(?:ion)? timed? ?out|read timed out|upstream request timeout|upstream timed out|request timed? ?out|timed out (?:after|while|waiting)|operation timed out|timeout of \d+ ?ms exceeded|Did not observe any item or terminal signal/i,
  ],
  [
    'reset',
    /connection reset|ECONNRESET|broken pipe|EPIPE|socket hang up|connection (?:was )?closed (?:before|prematurely)|unexpected EOF|Connection prematurely closed|server closed the connection/i,
  ],
  [
    'unavailable',
    /code ?= ?Unavailable|StatusCode\.UNAVAILABLE|UNAVAILABLE: |503 Service (?:Temporarily )?Unavailable|no healthy upstream|no live upstreams|upstream connect error|Service Unavailable/i,
  ],
];

/** What lines of applications say of calls that failed, the oldest first. */
export function callFailuresOf(logs: Logs, cluster: Cluster): CallFailure[] {
  const directory = directoryOf(cluster);
  return logs.entries.flatMap((entry) => {
    const { workload } = entry;
    if (workload === null) return [];
    const unresolved = UNRESOLVED.test(entry.text);
    const fault = unresolved ? 'unresolved' : faultOf(entry.text);
    if (fault === null) return [];
    const serviceOf = (address: Address) => directory.find(address.host, entry.namespace);
    const address = unresolved
      ? lookedUp(entry.text)
      : calledIn(entry.text, keyOf(workload), directory, serviceOf);
    return [
      {
        entry,
        caller: workload,
        fault,
        host: address?.host ?? null,
        port: address?.port ?? null,
        service: (address && serviceOf(address)?.ref) ?? null,
      },
    ];
  });
}

function faultOf(text: string): CallFault | null {
  return FAULTS.find(([, words]) => words.test(text))?.[0] ?? null;
}

function lookedUp(text: string): Address | null {
  for (const lookup of LOOKUPS) {
    const host = lookup.exec(text)?.[1]?.toLowerCase().replace(/\.$/, '');
    if (host !== undefined && /[a-z]/.test(host)) return { host, port: null };
  }
  return null;
}

/** Of the addresses of a line the one that is a Service; else one that has a port or a domain. */
function calledIn(
  text: string,
  caller: string,
  { owners }: Directory,
  serviceOf: (address: Address) => Listed | null,
): Address | null {
  const others = addressesWithin(text).filter(
    ({ host, port }) =>
      (port !== null || host.includes('.') || host.includes('-')) && owners.get(host) !== caller,
  );
  return (
    others.find((address) => {
      const service = serviceOf(address);
      return service !== null && !service.behind.has(caller);
    }) ??
    others.find(({ host, port }) => isOutside(host) || (port !== null && isNumericHost(host))) ??
    null
  );
}

const DOMAIN =
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|io|dev|app|cloud|co|eu|de|uk|us|ai|example|test)$/;

/** A name of the world outside, as far as a line can tell one from a class or a file. */
export function isOutside(host: string): boolean {
  return DOMAIN.test(host);
}

interface Listed {
  ref: ObjectRef;
  /** Keys of the workloads that it selects. */
  behind: ReadonlySet<string>;
}

/** Who answers under which name or address. */
interface Directory {
  /** By address of a pod, the key of its workload. */
  owners: ReadonlyMap<string, string>;
  find(host: string, namespace: string): Listed | null;
}

function directoryOf(cluster: Cluster): Directory {
  const listed = new Map(
    cluster.services.map((service) => [
      service,
      {
        ref: refOf('Service', service.metadata),
        behind: new Set(behind(service, cluster).map(({ ref }) => keyOf(ref))),
      },
    ]),
  );
  const owners = new Map(
    cluster.pods.flatMap((pod) =>
      pod.status.podIP === '' ? [] : [[pod.status.podIP, keyOf(ownerOf(pod, cluster))]],
    ),
  );
  const byAddress = new Map(cluster.services.map((it) => [it.spec.clusterIP, listed.get(it)]));
  const ofPod = (address: string) => {
    const owner = owners.get(address);
    return [...listed.values()].find((it) => owner !== undefined && it.behind.has(owner));
  };
  return {
    owners,
    find(host, namespace) {
      if (isNumericHost(host)) return byAddress.get(host) ?? ofPod(host) ?? null;
      const service = serviceAt(host, namespace, cluster.services);
      return (service && listed.get(service)) ?? null;
    },
  };
}
