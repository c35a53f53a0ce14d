import type { Citation } from '../../../report/report.ts';
import type { PodSpec } from '../../../tools/kubernetes/objects/pod.ts';
import type { Cluster, Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { podsOf, unreadySince } from '../../owners.ts';
import type { Situation } from '../../situation.ts';
import { creatingPods, ownLines, stuckContainers, warningsOf } from './stuck.ts';

const EVENTS = new Set(['Failed', 'FailedMount', 'FailedSync']);

/** As kubelets say it, of variables and of volumes. */
const ABSENT = /\b(secret|configmap) "([^"]+)" not found/i;
const NO_KEY = /couldn't find key (\S+) in (Secret|ConfigMap) [^\s/]+\/(\S+)/i;
const NO_FILE = /references non-existent (?:secret|config) key: (\S+)/i;
/** Every namespace gets it by itself. */
const GIVEN = /kube-root-ca\.crt|openshift-service-ca\.crt/;

/** ConfigMaps, Secrets and their keys that a pod needs and that do not exist. */
export const missingConfig: Analyser = {
  looksFor: 'ConfigMaps, Secrets and keys that are referenced and do not exist',
  analyse: (situation) => [...told(situation), ...structural(situation)],
};

function missingIn(text: string): string | null {
  if (GIVEN.test(text)) return null;
  const [, key, of, holder] = NO_KEY.exec(text) ?? [];
  if (key !== undefined) return `key ${key} of ${of ?? ''} ${holder ?? ''}`.trim();
  const [, kind = '', name] = ABSENT.exec(text) ?? [];
  if (name !== undefined)
    return `${kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap'} ${name}`;
  const [, file] = NO_FILE.exec(text) ?? [];
  return file === undefined ? null : `key ${file}`;
}

function told(situation: Situation): Finding[] {
  const { quotes } = situation;
  const waiting = stuckContainers(situation)
    .filter(({ reason }) => /^CreateContainer(?:Config)?Error$/.test(reason))
    .map((it) => ({
      owner: it.owner,
      since: it.since,
      texts: it.messages,
      lines: ownLines(it, situation),
    }));
  const creating = creatingPods(situation).map(({ pod, owner }) => ({
    owner,
    since: unreadySince(pod) ?? pod.metadata.creationTimestamp ?? null,
    texts: [] as string[],
    lines: quotes.object(refOf('Pod', pod.metadata)),
  }));
  const byOwner = new Map([...creating, ...waiting].map((it) => [keyOf(it.owner), it]));
  return [...byOwner.values()].flatMap(({ owner, since, texts, lines }) => {
    const events = warningsOf(owner, EVENTS, situation).filter(
      ({ message }) => missingIn(message) !== null,
    );
    const missing = [...texts, ...events.map(({ message }) => message)]
      .map(missingIn)
      .find((it) => it !== null);
    if (missing == null) return [];
    const citations = [...lines, ...events.slice(0, 2).flatMap((event) => quotes.event(event))];
    return [findingOf(owner, missing, { citations, since, score: 0.95 })];
  });
}

function findingOf(
  owner: ObjectRef,
  missing: string,
  { citations, since, score }: { citations: Citation[]; since: string | null; score: number },
): Finding {
  return {
    failureMode: 'missing-config',
    object: owner,
    severity: score > 0.6 ? 'critical' : 'warning',
    statement: `${nameOf(owner)} needs ${missing}, which does not exist.`,
    why:
      score > 0.9
        ? 'The kubelet cannot make the container and names what is missing.'
        : 'Its pod template refers to what is not in its namespace.',
    citations,
    score,
    explains: [],
    since,
  };
}

/** Only of ConfigMaps: Secrets are not read. What is optional may be missing. */
function structural({ cluster, quotes }: Situation): Finding[] {
  if (cluster.unread.has('configmaps')) return [];
  return cluster.workloads.flatMap((workload: Workload): Finding[] => {
    const { ref, template } = workload;
    const missing = referencesOf(template.spec).flatMap((it) => missingOf(it, ref, cluster))[0];
    if (missing === undefined) return [];
    const citations = quotes.object(ref, /ConfigMap/);
    // Pods that run had it when they started.
    const waits = podsOf(ref, cluster).some((pod) => unreadySince(pod) !== null);
    const score = waits || workload.ready < workload.wanted ? 0.9 : 0.5;
    return [findingOf(ref, missing, { citations, since: null, score })];
  });
}

interface Reference {
  name: string;
  keys: readonly string[];
}

function referencesOf({ initContainers, containers, volumes }: PodSpec): Reference[] {
  const of = (
    it: { name: string; optional?: boolean } | undefined,
    keys: readonly string[] = [],
  ): Reference[] => (it === undefined || it.optional ? [] : [{ name: it.name, keys }]);
  return [
    ...[...initContainers, ...containers].flatMap(({ env, envFrom }) => [
      ...env.flatMap(({ valueFrom }) =>
        of(
          valueFrom?.configMapKeyRef,
          valueFrom?.configMapKeyRef ? [valueFrom.configMapKeyRef.key] : [],
        ),
      ),
      ...envFrom.flatMap(({ configMapRef }) => of(configMapRef)),
    ]),
    ...volumes.flatMap(({ configMap, projected }) =>
      [configMap, ...(projected?.sources ?? []).map((source) => source.configMap)].flatMap((it) =>
        of(
          it,
          it?.items.map(({ key }) => key),
        ),
      ),
    ),
  ];
}

function missingOf(
  { name, keys }: Reference,
  { namespace }: ObjectRef,
  { configMaps }: Cluster,
): string[] {
  if (GIVEN.test(name)) return [];
  const found = configMaps.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  if (found === undefined) return [`ConfigMap ${name}`];
  const absent = keys.find((key) => !found.keys.includes(key));
  return absent === undefined ? [] : [`key ${absent} of ConfigMap ${name}`];
}
