import { z } from 'zod';
import type { Container, EnvSource, EnvVar, Probe, Toleration, Volume } from './objects/pod.ts';
import { ContainerSummary } from './pod-status.ts';
import { HIDDEN_VALUE, holdsSecret } from './secret-variables.ts';

const EnvDetail = z.object({
  name: z.string(),
  /** A literal; null when it comes from elsewhere. */
  value: z.string().nullable(),
  /** Where it comes from, never what it is there; null for a literal. */
  from: z.string().nullable(),
});
export type EnvDetail = z.infer<typeof EnvDetail>;

/** A container as its spec has it, without what became of it. */
export const ContainerSpecDetail = z.object({
  name: z.string(),
  image: z.string(),
  init: z.boolean(),
  command: z.string(),
  requests: z.record(z.string(), z.string()),
  limits: z.record(z.string(), z.string()),
  ports: z.array(z.string()),
  /** By kind: liveness, readiness, startup. */
  probes: z.record(z.string(), z.string()),
  env: z.array(EnvDetail),
  envFrom: z.array(z.string()),
  mounts: z.array(z.string()),
});
export type ContainerSpecDetail = z.infer<typeof ContainerSpecDetail>;

export const ContainerDetail = ContainerSummary.extend(ContainerSpecDetail.shape);
export type ContainerDetail = z.infer<typeof ContainerDetail>;

export function detailContainer(container: Container, summary: ContainerSummary): ContainerDetail {
  return { ...summary, ...detailContainerSpec(container, summary.init) };
}

export function detailContainerSpec(container: Container, init: boolean): ContainerSpecDetail {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  return {
    name: container.name,
    image: container.image,
    init,
    command: [...container.command, ...container.args].map(quoteArgument).join(' '),
    requests: quantities(container.resources.requests),
    limits: quantities(container.resources.limits),
    ports: container.ports.map(
      ({ containerPort, protocol, name }) =>
        `${containerPort}/${protocol}${name ? ` ${name}` : ''}`,
    ),
    probes: {
      ...(livenessProbe ? { liveness: describeProbe(livenessProbe) } : {}),
      ...(readinessProbe ? { readiness: describeProbe(readinessProbe) } : {}),
      ...(startupProbe ? { startup: describeProbe(startupProbe) } : {}),
    },
    env: container.env.map(detailEnv),
    envFrom: container.envFrom.map(describeEnvSource),
    // Every pod has this one.
    mounts: container.volumeMounts
      .filter(({ mountPath }) => mountPath !== '/var/run/secrets/kubernetes.io/serviceaccount')
      .map(
        ({ name, mountPath, subPath, readOnly }) =>
          `${mountPath} from ${name}${subPath ? ` (${subPath})` : ''}${readOnly ? ' ro' : ''}`,
      ),
  };
}

export function quoteArgument(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : JSON.stringify(argument);
}

function quantities(values: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function describeProbe(probe: Probe): string {
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const delay = initialDelaySeconds > 0 ? `, delay ${initialDelaySeconds}s` : '';
  const timing = `every ${periodSeconds}s, timeout ${timeoutSeconds}s, ${failureThreshold} failures`;
  return `${describeProbeTarget(probe)}${delay}, ${timing}`;
}

function describeProbeTarget({ httpGet, tcpSocket, grpc, exec }: Probe): string {
  if (httpGet) return `${httpGet.scheme} GET :${httpGet.port}${httpGet.path}`;
  if (tcpSocket) return `TCP :${tcpSocket.port}`;
  if (grpc) return `gRPC :${grpc.port}`;
  return `exec ${exec?.command.map(quoteArgument).join(' ') ?? ''}`.trimEnd();
}

export function detailEnv({ name, value, valueFrom }: EnvVar): EnvDetail {
  if (valueFrom === undefined) {
    const literal = value ?? '';
    return {
      name,
      value: literal !== '' && holdsSecret(name) ? HIDDEN_VALUE : literal,
      from: null,
    };
  }
  return { name, value: null, from: describeReference(valueFrom) };
}

function describeReference(from: NonNullable<EnvVar['valueFrom']>): string {
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = from;
  if (secretKeyRef) return `key ${secretKeyRef.key} of Secret ${secretKeyRef.name}`;
  if (configMapKeyRef) return `key ${configMapKeyRef.key} of ConfigMap ${configMapKeyRef.name}`;
  if (fieldRef) return `field ${fieldRef.fieldPath}`;
  return resourceFieldRef ? `resource ${resourceFieldRef.resource}` : 'an unknown source';
}

function describeEnvSource({ configMapRef, secretRef, prefix }: EnvSource): string {
  const source = secretRef ? `Secret ${secretRef.name}` : `ConfigMap ${configMapRef?.name ?? ''}`;
  return prefix ? `${source} as ${prefix}*` : source;
}

/** By name, but for the one with its service account's token, which every pod has. */
export function describeVolumes(volumes: readonly Volume[]): { name: string; source: string }[] {
  return volumes
    .filter(({ name }) => !name.startsWith('kube-api-access-'))
    .map((volume) => ({ name: volume.name, source: describeVolume(volume) }));
}

function describeVolume(volume: Volume): string {
  const { secret, configMap, persistentVolumeClaim, emptyDir, hostPath, projected } = volume;
  if (secret) return `Secret ${secret.secretName}`;
  if (configMap) return `ConfigMap ${configMap.name}`;
  if (persistentVolumeClaim) return `PersistentVolumeClaim ${persistentVolumeClaim.claimName}`;
  if (hostPath) return `hostPath ${hostPath.path}`;
  if (emptyDir) {
    const limits = [emptyDir.medium, emptyDir.sizeLimit && `at most ${emptyDir.sizeLimit}`];
    return ['emptyDir', ...limits.filter((limit) => limit)].join(' ');
  }
  if (projected) {
    const parts = projected.sources.map((source) => {
      if (source.secret) return `Secret ${source.secret.name}`;
      if (source.configMap) return `ConfigMap ${source.configMap.name}`;
      return source.serviceAccountToken ? 'a service account token' : 'pod fields';
    });
    return `projected: ${parts.join(', ')}`;
  }
  return Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
}

export function describeToleration({
  key,
  operator,
  value,
  effect,
  tolerationSeconds,
}: Toleration): string {
  const taint =
    key === undefined ? 'everything' : operator === 'Exists' ? key : `${key}=${value ?? ''}`;
  const time = tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`;
  return `${taint}${effect ? `:${effect}` : ''}${time}`;
}
