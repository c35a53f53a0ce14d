import { z } from 'zod';
import { isSecretName } from '../../evidence/redact.ts';
import type { Container, EnvSource, EnvVar, Probe, Toleration, Volume } from './objects.ts';
import { ContainerSummary } from './pod-status.ts';

const EnvDetail = z.object({
  name: z.string(),
  /** A literal; null when it comes from elsewhere. */
  value: z.string().nullable(),
  /** Where it comes from, never what it is there; null for a literal. */
  from: z.string().nullable(),
});
export type EnvDetail = z.infer<typeof EnvDetail>;

export const ContainerDetail = ContainerSummary.extend({
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
export type ContainerDetail = z.infer<typeof ContainerDetail>;

export function detailContainer(container: Container, summary: ContainerSummary): ContainerDetail {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  return {
    ...summary,
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

function quoteArgument(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : JSON.stringify(argument);
}

function quantities(values: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function describeProbe(probe: Probe): string {
  const timing =
    `delay ${probe.initialDelaySeconds}s, every ${probe.periodSeconds}s, ` +
    `timeout ${probe.timeoutSeconds}s, ${probe.failureThreshold} failures`;
  return `${describeProbeTarget(probe)}, ${timing}`;
}

function describeProbeTarget({ httpGet, tcpSocket, grpc, exec }: Probe): string {
  if (httpGet) return `${httpGet.scheme} GET :${httpGet.port}${httpGet.path}`;
  if (tcpSocket) return `TCP :${tcpSocket.port}`;
  if (grpc) return `gRPC :${grpc.port}`;
  return `exec ${exec?.command.map(quoteArgument).join(' ') ?? ''}`.trimEnd();
}

/** What a literal under a secret's name is shown as. The redaction of outputs leaves it as it is. */
const HIDDEN = '[REDACTED:env]';

const SECRET_PART =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS|SECRET|TOKEN|APIKEY|CREDENTIALS?)(?:_|$)/i;
const SECRET_END = /(?:^|_)(?:KEY|AUTH|DSN)$/i;
/** `TOKEN_URL` and `SECRET_NAME` say where the secret is, or something about it. */
const ABOUT_A_SECRET =
  /_(?:FILE|PATH|DIR|URL|URI|HOST|PORT|NAME|TTL|TIMEOUT|SECONDS|MS|ENABLED|ISSUER)$/i;

/** Stricter than for running text: a literal in a pod's spec is a whole value, and few of them are prose. */
function holdsSecret(name: string): boolean {
  if (ABOUT_A_SECRET.test(name)) return false;
  return isSecretName(name) || SECRET_PART.test(name) || SECRET_END.test(name);
}

function detailEnv({ name, value, valueFrom }: EnvVar): EnvDetail {
  if (valueFrom === undefined) {
    const literal = value ?? '';
    return { name, value: literal !== '' && holdsSecret(name) ? HIDDEN : literal, from: null };
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

export function describeVolume(volume: Volume): string {
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
