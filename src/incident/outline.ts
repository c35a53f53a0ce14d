import { z } from 'zod';
import type { LabelSet } from '../alert/alert.ts';
import type { Incident } from './incident.ts';

const PodRef = z.object({ namespace: z.string(), name: z.string() });
export type PodRef = z.infer<typeof PodRef>;

/**
 * What is compared of an incident to tell whether it belongs to another, and what an investigation that it shares
 * is told of it. Small whatever the incident: of a storm there are hundreds.
 */
export const Outline = z.object({
  title: z.string(),
  severity: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  nodes: z.array(z.string()),
  /** `namespace/name`, whatever the kind. */
  workloads: z.array(z.string()),
  dependencies: z.array(z.string()),
  namespaces: z.array(z.string()),
  pods: z.array(PodRef),
});
export type Outline = z.infer<typeof Outline>;

const MAX_ALERTS = 200;
const MAX_VALUES = 20;
const MAX_PODS = 5;
const MAX_LABELS = 20;
const MAX_TEXT = 200;

const NODE_LABELS = ['node', 'nodename', 'kubernetes_node'];
const WORKLOAD_LABELS = ['deployment', 'statefulset', 'daemonset', 'cronjob', 'job_name'];
/** Not `service`: in the alerts of kube-prometheus-stack it names the exporter that tells, as `instance` does. */
const DEPENDENCY_LABELS = ['dependency', 'depends_on', 'upstream', 'database', 'persistentvolume'];

export function outlineOf(incident: Incident): Outline {
  const alerts = Object.values(incident.alerts).filter(({ status }) => status === 'firing');
  const sets = [incident.labels, ...alerts.slice(0, MAX_ALERTS).map(({ labels }) => labels)];
  const pods = sets.flatMap(podOf);
  return {
    title: short(incident.title),
    severity: incident.severity,
    labels: shortened(incident.labels),
    nodes: distinct(sets.flatMap((labels) => valuesOf(labels, NODE_LABELS))),
    workloads: distinct(sets.flatMap(workloadsOf)),
    dependencies: distinct(sets.flatMap(dependenciesOf)),
    namespaces: distinct(sets.flatMap((labels) => valuesOf(labels, ['namespace']))),
    pods: [...new Map(pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod])).values()].slice(
      0,
      MAX_PODS,
    ),
  };
}

function valuesOf(labels: LabelSet, names: string[]): string[] {
  return names.flatMap((name) => labels[name] ?? []).filter((value) => value !== '');
}

function podOf({ namespace = '', pod = '' }: LabelSet): PodRef[] {
  return namespace === '' || pod === '' ? [] : [{ namespace, name: pod }];
}

function workloadsOf(labels: LabelSet): string[] {
  const names = valuesOf(labels, WORKLOAD_LABELS);
  const owners = names.length > 0 ? names : podOf(labels).map(({ name }) => ownerOf(name));
  return inNamespace(labels, owners);
}

/** A claim is one of its namespace; what the other labels name may be anywhere. */
function dependenciesOf(labels: LabelSet): string[] {
  const claims = inNamespace(labels, valuesOf(labels, ['persistentvolumeclaim']));
  return [...valuesOf(labels, DEPENDENCY_LABELS), ...claims];
}

function inNamespace({ namespace = '' }: LabelSet, names: string[]): string[] {
  return names.map((name) => `${namespace}/${name}`);
}

/**
 * Kubernetes ends the names of pods with five characters of this alphabet, which has no vowels, behind the hash of a
 * ReplicaSet where there is one; a StatefulSet ends them with a number.
 */
const GENERATED = /(?:-[bcdf-hj-np-tv-xz2456789]{6,10})?-[bcdf-hj-np-tv-xz2456789]{5}$|-\d+$/;

function ownerOf(pod: string): string {
  return pod.replace(GENERATED, '');
}

function shortened(labels: LabelSet): LabelSet {
  return Object.fromEntries(
    Object.entries(labels)
      .slice(0, MAX_LABELS)
      .map(([name, value]) => [short(name), short(value)]),
  );
}

function distinct(values: string[]): string[] {
  return [...new Set(values.map(short))].sort().slice(0, MAX_VALUES);
}

/** Cut between two halves of a character, no model would take it. */
function short(text: string): string {
  return text.slice(0, MAX_TEXT).toWellFormed();
}
