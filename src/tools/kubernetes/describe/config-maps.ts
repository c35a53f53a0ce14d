import { z } from 'zod';
import { ToolError } from '../../tool.ts';
import type { KubernetesClient } from '../client.ts';
import { KubernetesFailure } from '../failure.ts';
import { ConfigMap } from '../objects/config.ts';
import type { Container, PodSpec } from '../objects/pod.ts';

/** More than anybody's pod names; a generated one does not make hundreds of reads. */
const MAX_READ = 30;

/** A ConfigMap that a pod names: which keys it has, never what they hold. */
export const ReferencedConfigMap = z.object({
  name: z.string(),
  /** Null when it does not exist, or could not be read. */
  keys: z.array(z.string()).nullable(),
});
export type ReferencedConfigMap = z.infer<typeof ReferencedConfigMap>;

export interface ConfigMapReport {
  configMaps: ReferencedConfigMap[];
  /** What keeps containers from starting: a ConfigMap, or a key of one, that is not there. */
  problems: string[];
  gaps: string[];
}

/** Where a pod names a ConfigMap, and a key of it if it wants only that. */
interface ConfigMapUse {
  name: string;
  key: string | null;
  /** Nothing goes wrong when it is missing. */
  optional: boolean;
  by: string;
}

function configMapUses({ initContainers, containers, volumes }: PodSpec): ConfigMapUse[] {
  // Every pod has the volume with its service account's token and the cluster's own ConfigMap.
  const own = volumes.filter(({ name }) => !name.startsWith('kube-api-access-'));
  const files = own.flatMap(({ name: volume, configMap, projected }) => {
    const sources = [configMap, ...(projected?.sources ?? []).map((source) => source.configMap)];
    return sources.flatMap((source): ConfigMapUse[] => {
      if (!source) return [];
      const { name, optional, items } = source;
      const by = `volume ${volume}`;
      const keys = items.length === 0 ? [null] : items.map(({ key }) => key);
      return keys.map((key) => ({ name, key, optional, by }));
    });
  });
  return [...[...initContainers, ...containers].flatMap(environmentUses), ...files];
}

function environmentUses({ name: container, env, envFrom }: Container): ConfigMapUse[] {
  return [
    ...envFrom.flatMap(({ configMapRef }): ConfigMapUse[] =>
      configMapRef
        ? [{ ...configMapRef, key: null, by: `env from of container ${container}` }]
        : [],
    ),
    ...env.flatMap(({ name, valueFrom }): ConfigMapUse[] => {
      const reference = valueFrom?.configMapKeyRef;
      return reference ? [{ ...reference, by: `env ${name} of container ${container}` }] : [];
    }),
  ];
}

/** What is missing, by what is there: null stands for a ConfigMap that does not exist. */
function configMapProblems(
  uses: readonly ConfigMapUse[],
  found: ReadonlyMap<string, readonly string[] | null>,
): string[] {
  return uses.flatMap(({ name, key, optional, by }) => {
    const keys = found.get(name);
    if (optional || keys === undefined) return [];
    if (keys === null) return [`ConfigMap ${name} does not exist (${by})`];
    return key === null || keys.includes(key)
      ? []
      : [`ConfigMap ${name} has no key ${key} (${by})`];
  });
}

export async function readConfigMaps(
  client: KubernetesClient,
  namespace: string,
  spec: PodSpec,
  signal: AbortSignal,
): Promise<ConfigMapReport> {
  const uses = configMapUses(spec);
  const names = [...new Set(uses.map(({ name }) => name))];
  const found = new Map<string, string[] | null>();
  const gaps = new Set<string>();
  if (names.length > MAX_READ)
    gaps.add(`Only ${MAX_READ} of ${names.length} ConfigMaps were read.`);
  await Promise.all(
    names.slice(0, MAX_READ).map(async (name) => {
      try {
        const { data, binaryData } = await client.get(
          'configmaps',
          { namespace, name },
          ConfigMap,
          signal,
        );
        found.set(name, [...Object.keys(data), ...Object.keys(binaryData)].sort());
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        if (error instanceof KubernetesFailure && error.status === 404) found.set(name, null);
        else gaps.add(`ConfigMaps could not be read: ${error.message}`);
      }
    }),
  );
  return {
    configMaps: names.flatMap((name) => {
      const keys = found.get(name);
      return keys === undefined ? [] : [{ name, keys }];
    }),
    problems: configMapProblems(uses, found),
    gaps: [...gaps],
  };
}
