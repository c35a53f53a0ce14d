import { z } from 'zod';
import type { KubernetesClient } from '../client.ts';
import { ReferencedConfigMap, readConfigMaps } from '../describe/config-maps.ts';
import type { Metadata } from '../objects/metadata.ts';
import { Node } from '../objects/node.ts';
import type { PodSpec } from '../objects/pod.ts';
import type { PersistentVolumeClaim } from '../objects/storage.ts';
import type { PartialReads } from '../partial-reads.ts';
import { joined } from '../wording.ts';
import type { Workload } from './workloads.ts';

/** What pods need besides their images. Null stands for what could not be read. */
export const Needs = z.object({
  configMaps: z.array(ReferencedConfigMap),
  /** Names alone: Secrets are never read. */
  secrets: z.array(z.string()),
  /** Bound, Pending, Lost, or Missing where there is none. */
  claims: z.array(z.object({ name: z.string(), phase: z.string().nullable() })),
  serviceAccounts: z.array(z.string()),
  nodes: z.array(
    z.object({
      name: z.string(),
      ready: z.boolean().nullable(),
      cordoned: z.boolean(),
      /** Those of these workloads that run on it. */
      pods: z.number(),
    }),
  ),
});
export type Needs = z.infer<typeof Needs>;

interface Found {
  claims: readonly PersistentVolumeClaim[] | null;
  serviceAccounts: readonly { metadata: Metadata }[] | null;
}

/** More nodes than this are listed instead of read one by one. */
const MAX_NODE_READS = 10;

export async function readNeeds(
  client: KubernetesClient,
  reads: PartialReads,
  namespace: string,
  workloads: readonly Workload[],
  { claims, serviceAccounts }: Found,
  signal: AbortSignal,
): Promise<{ needs: Needs; problems: string[]; gaps: string[] }> {
  const specs = workloads.flatMap(({ spec }) => (spec ? [spec] : []));
  const [configMaps, nodes] = await Promise.all([
    Promise.all(specs.map((spec) => readConfigMaps(client, namespace, spec, signal))),
    readNodes(reads, workloads),
  ]);
  const accounts = unique(specs.map((spec) => spec.serviceAccountName).filter((name) => name));
  const needs: Needs = {
    configMaps: uniqueByName(configMaps.flatMap((report) => report.configMaps)),
    secrets: unique(specs.flatMap(secretsOf)),
    claims: unique(workloads.flatMap(claimsOf)).map((name) => {
      const claim = claims?.find(({ metadata }) => metadata.name === name);
      return { name, phase: claims && (claim?.status.phase ?? 'Missing') };
    }),
    serviceAccounts: accounts,
    nodes: nodes.map(({ name, pods, node }) => ({
      name,
      pods,
      ready: node === null ? null : readyCondition(node)?.status === 'True',
      cordoned: node?.spec.unschedulable ?? false,
    })),
  };
  return {
    needs,
    gaps: configMaps.flatMap((report) => report.gaps),
    problems: [
      ...configMaps.flatMap((report) => report.problems),
      ...needs.claims.flatMap(claimProblem),
      ...accounts
        .filter((name) => serviceAccounts?.every(({ metadata }) => metadata.name !== name))
        .map((name) => `ServiceAccount ${name} does not exist`),
      ...nodes.flatMap(nodeProblems),
    ],
  };
}

interface UsedNode {
  name: string;
  pods: number;
  /** Null where it could not be read, or is gone. */
  node: Node | null;
  gone: boolean;
}

async function readNodes(reads: PartialReads, workloads: readonly Workload[]): Promise<UsedNode[]> {
  const running = workloads.flatMap(({ pods }) => pods.map(({ summary }) => summary.node));
  const counts = [
    ...Map.groupBy(
      running.filter((name) => name !== ''),
      (name) => name,
    ),
  ];
  const listed =
    counts.length > MAX_NODE_READS
      ? await reads.list('nodes', { namespace: undefined }, Node)
      : undefined;
  return await Promise.all(
    counts.map(async ([name, { length: pods }]) => {
      const found = listed
        ? (listed.find(({ metadata }) => metadata.name === name) ?? 'missing')
        : listed === null
          ? 'unreadable'
          : await reads.get('nodes', { namespace: null, name }, Node);
      const node = typeof found === 'string' ? null : found;
      return { name, pods, node, gone: found === 'missing' };
    }),
  );
}

function readyCondition({ status }: Node) {
  return status.conditions.find(({ type }) => type === 'Ready');
}

function nodeProblems({ name, pods, node, gone }: UsedNode): string[] {
  const who = `Node ${name}, with ${pods} of the pods,`;
  if (gone) return [`${who} does not exist`];
  if (node === null) return [];
  const ready = readyCondition(node);
  return [
    ...(ready?.status === 'True' ? [] : [joined([`${who} is not ready`, ready?.reason], ': ')]),
    ...(node.spec.unschedulable ? [`${who} is cordoned`] : []),
  ];
}

function claimProblem({ name, phase }: Needs['claims'][number]): string[] {
  if (phase === null || phase === 'Bound') return [];
  return [
    `PersistentVolumeClaim ${name} ${phase === 'Missing' ? 'does not exist' : `is ${phase}`}`,
  ];
}

/** Of the pods too: a StatefulSet's template names no claim, its pods do. */
function claimsOf({ spec, pods }: Workload): string[] {
  return [...(spec ? [spec] : []), ...pods.map(({ pod }) => pod.spec)].flatMap(({ volumes }) =>
    volumes.flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []),
  );
}

function secretsOf({ initContainers, containers, volumes }: PodSpec): string[] {
  const used = [...initContainers, ...containers].flatMap(({ env, envFrom }) => [
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ...envFrom.map(({ secretRef }) => secretRef?.name),
  ]);
  const mounted = volumes.flatMap(({ secret, projected }) => [
    secret?.secretName,
    ...(projected?.sources ?? []).map((source) => source.secret?.name),
  ]);
  return [...used, ...mounted].flatMap((name) => name || []);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function uniqueByName<T extends { name: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.name, item])).values()];
}
