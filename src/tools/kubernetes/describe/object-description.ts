import { z } from 'zod';
import { ConditionDetail, detailCondition } from '../condition-detail.ts';
import { ContainerSpecDetail, describeVolumes, detailContainerSpec } from '../container-detail.ts';
import { type KindView, namedCells, type ObjectView } from '../kinds/kind-view.ts';
import { holdsSecret } from '../secret-variables.ts';
import { PodDescription, type Surroundings } from './pod-description.ts';

export const ObjectDescription = PodDescription.pick({
  name: true,
  namespace: true,
  healthy: true,
  createdAt: true,
  deletionAt: true,
  owners: true,
  labels: true,
  volumes: true,
  problems: true,
  configMaps: true,
  events: true,
  gaps: true,
}).extend({
  kind: z.string(),
  /** kubectl's columns. */
  columns: z.record(z.string(), z.string()),
  /** What is wrong with it. */
  details: z.array(z.string()),
  facts: z.record(z.string(), z.string()),
  /** But for the long ones, and those that are for machines. */
  annotations: z.record(z.string(), z.string()),
  /** Of the pods that it makes. */
  containers: z.array(ContainerSpecDetail),
  conditions: z.array(ConditionDetail),
});
export type ObjectDescription = z.infer<typeof ObjectDescription>;

/** All that is told of an object of any kind. */
export function describeObject(
  kind: string,
  view: KindView,
  object: ObjectView,
  surroundings: Surroundings,
): ObjectDescription {
  const { metadata, template } = object;
  const { initContainers = [], containers = [], volumes = [] } = template?.spec ?? {};
  return {
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
    healthy: object.healthy,
    columns: namedCells(view, object),
    details: object.details,
    createdAt: metadata.creationTimestamp ?? null,
    deletionAt: metadata.deletionTimestamp ?? null,
    labels: metadata.labels,
    annotations: toldAnnotations(metadata.annotations),
    facts: Object.fromEntries(Object.entries(object.facts).filter(([, fact]) => fact !== '')),
    containers: [
      ...initContainers.map((it) => detailContainerSpec(it, true)),
      ...containers.map((it) => detailContainerSpec(it, false)),
    ],
    volumes: describeVolumes(volumes),
    conditions: object.conditions.map(detailCondition),
    ...surroundings,
  };
}

const MAX_ANNOTATION = 200;

function toldAnnotations(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(
      ([name, value]) =>
        value.length <= MAX_ANNOTATION &&
        !name.endsWith('/last-applied-configuration') &&
        !holdsSecret(name.replaceAll(/[^A-Za-z0-9]+/g, '_')),
    ),
  );
}
