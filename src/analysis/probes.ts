import type { TimeWindow } from '../alert/window.ts';
import { selects } from '../tools/kubernetes/label-selector.ts';
import type { Service } from '../tools/kubernetes/objects/network.ts';
import type { Container, Pod, Probe } from '../tools/kubernetes/objects/pod.ts';
import type { Cluster, Workload } from './cluster.ts';
import { restartedIn } from './health.ts';
import { podsOf } from './owners.ts';
import { storeKindOf } from './stores.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';
type ProbeProtocol = 'HTTP' | 'HTTPS' | 'TCP' | 'gRPC' | 'exec';

/** A probe as a pod template has it. */
export interface ProbeUse {
  kind: ProbeKind;
  container: Container;
  probe: Probe;
  protocol: ProbeProtocol;
  /** As it is written; null for a command that names none. */
  port: number | string | null;
  /** Null for a name that the container does not declare. */
  number: number | null;
}

export function probesOf({ template: { spec } }: Workload): ProbeUse[] {
  return spec.containers.flatMap((container) => {
    const { livenessProbe, readinessProbe, startupProbe } = container;
    return [
      ...useOf('liveness', livenessProbe, container),
      ...useOf('readiness', readinessProbe, container),
      ...useOf('startup', startupProbe, container),
    ];
  });
}

function useOf(kind: ProbeKind, probe: Probe | undefined, container: Container): ProbeUse[] {
  if (probe === undefined) return [];
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const port = (httpGet ?? tcpSocket ?? grpc)?.port ?? portIn(exec?.command ?? []);
  const protocol = httpGet
    ? httpGet.scheme.toUpperCase() === 'HTTPS'
      ? 'HTTPS'
      : 'HTTP'
    : tcpSocket
      ? 'TCP'
      : grpc
        ? 'gRPC'
        : 'exec';
  return [{ kind, container, probe, protocol, port, number: numberOf(port, container) }];
}

/** `grpc_health_probe -addr=:8080`, `curl localhost:8080/health`, `redis-cli -p 6379`. */
function portIn(command: readonly string[]): number | null {
  const found = /:(\d{2,5})\b|(?:^| )(?:-p|--port)[ =](\d{2,5})\b/.exec(command.join(' '));
  const digits = found?.[1] ?? found?.[2];
  return digits === undefined ? null : Number(digits);
}

function numberOf(port: number | string | null, { ports }: Container): number | null {
  if (port === null || typeof port === 'number') return port;
  if (/^\d+$/.test(port)) return Number(port);
  return ports.find(({ name }) => name === port)?.containerPort ?? null;
}

/** A port that something is likely to listen on, and what it says of its protocol. */
export interface KnownPort {
  port: number;
  protocol: ProbeProtocol | null;
  /** What tells: `ports`, `Service checkout`, `PORT`. */
  from: string;
  /** Of the object whose lines show it. */
  service: string | null;
}

/** Of all containers of a pod, which share one network: as they declare, as Services lead there, as they are told. */
export function portsOf(workload: Workload, cluster: Cluster): KnownPort[] {
  const { containers } = workload.template.spec;
  const isStore = storeKindOf(workload) !== null;
  const declared = containers.flatMap(({ ports }) =>
    ports
      .filter(({ protocol }) => protocol === 'TCP')
      .map(
        ({ containerPort, name = '' }): KnownPort => ({
          port: containerPort,
          protocol: protocolIn(name) ?? (isStore ? 'TCP' : null),
          from: 'ports',
          service: null,
        }),
      ),
  );
  return [
    ...declared,
    ...cluster.services.flatMap((service) => targetsOf(service, workload)),
    ...containers.flatMap(toldPorts),
  ];
}

function targetsOf({ metadata, spec }: Service, { ref, template }: Workload): KnownPort[] {
  const { selector } = spec;
  const selected =
    metadata.namespace === ref.namespace &&
    Object.keys(selector).length > 0 &&
    selects({ matchLabels: selector, matchExpressions: [] }, template.metadata.labels);
  if (!selected) return [];
  const named = template.spec.containers.flatMap(({ ports }) => ports);
  return spec.ports.flatMap(({ name, port, targetPort = port }) => {
    const number =
      typeof targetPort === 'number'
        ? targetPort
        : named.find((it) => it.name === targetPort)?.containerPort;
    const from = `Service ${metadata.name}`;
    return number === undefined
      ? []
      : [{ port: number, protocol: protocolIn(name), from, service: metadata.name }];
  });
}

const OWN_PORT =
  /^(?:(?:SERVER|HTTP|HTTPS|GRPC|LISTEN|MANAGEMENT\w*|HEALTH\w*|ADMIN|METRICS|APP|SERVICE|CONTAINER)_)?PORT$|LISTEN|BIND_ADDR/i;

/** Ports that its own variables and arguments tell a container to listen on. */
export function toldPorts({ env, command, args }: Container): KnownPort[] {
  const told = env
    .filter(({ name }) => OWN_PORT.test(name))
    .flatMap(({ name, value }) => {
      const digits = /^(?:.*:)?(\d{2,5})$/.exec(value ?? '')?.[1];
      return digits === undefined
        ? []
        : [{ port: Number(digits), protocol: null, from: name, service: null }];
    });
  const words = [...command, ...args].join(' ');
  const given = [
    ...words.matchAll(/(?:port|listen|addr(?:ess)?|bind)[ =](?:\S{0,60}:)?(\d{2,5})\b/gi),
  ];
  return [
    ...told,
    ...given.map(([, digits]) => ({
      port: Number(digits),
      protocol: null,
      from: 'command',
      service: null,
    })),
  ];
}

/** Port names begin with their protocol, by a convention that meshes read. */
function protocolIn(name: string): ProbeProtocol | null {
  if (/^(?:grpc|h2c?)(?:-|$)/.test(name)) return 'gRPC';
  if (/^(?:https|tls)(?:-|$)/.test(name)) return 'HTTPS';
  if (/^(?:http|web)(?:\d|-|$)/.test(name)) return 'HTTP';
  return /^(?:tcp|mysql|postgres\w*|redis|mongo\w*|amqp|kafka)(?:-|$)/.test(name) && name !== 'tcp'
    ? 'TCP'
    : null;
}

/** Pods of which this probe may be what fails: not ready, or started anew again and again. */
export function failingPods(
  { kind, container }: ProbeUse,
  { ref }: Workload,
  cluster: Cluster,
  window: TimeWindow,
): Pod[] {
  return podsOf(ref, cluster).filter(({ status }) => {
    const own = status.containerStatuses.find(({ name }) => name === container.name);
    if (own === undefined || (own.state.waiting && own.restartCount === 0)) return false;
    const restarted = restartedIn(own, window) && own.lastState.terminated?.reason !== 'OOMKilled';
    if (kind === 'liveness') return restarted;
    const unready = own.state.running !== undefined && !own.ready;
    return kind === 'readiness' ? unready : restarted || unready;
  });
}
