import type { TimeWindow } from '../../../alert/window.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { clockTime, commonDay } from '../clock-times.ts';
import { detailCondition } from '../condition-detail.ts';
import { describeVolumes, detailContainer, detailContainerSpec } from '../container-detail.ts';
import {
  containerFacts,
  renderConditions,
  renderContainer,
  renderFacts,
} from '../describe/sections.ts';
import type { EventGroup } from '../events/fold-events.ts';
import type { KindView, ObjectView } from '../kinds/kind-view.ts';
import { namedCells } from '../kinds/kind-view.ts';
import { KIND_VIEWS } from '../kinds/views.ts';
import { Pod, type PodSpec } from '../objects/pod.ts';
import { type PodSummary, summarisePod } from '../pod-status.ts';
import { RESOURCES } from '../resources.ts';
import { placementFacts } from '../scheduling.ts';
import { instant, oneLine, pairs } from '../wording.ts';
import { SNAPSHOT_RESOURCES, type SnapshotResource } from './contents.ts';

/** Of one kind that are told one by one; the healthy ones come last. */
const MAX_TOLD = 200;
const MAX_EVENTS = 150;

/** An object as the API gave it, and what is made of it. */
export interface Told {
  raw: unknown;
  view: ObjectView;
  /** What is given as data. */
  kept: JsonObject;
}

export interface Contents {
  namespace: string;
  objects: ReadonlyMap<SnapshotResource, readonly Told[]>;
  events: readonly EventGroup[];
  gaps: readonly string[];
}

/** Every object with its own lines under its heading, the unhealthy of each kind first, then the events. */
export function renderSnapshot(contents: Contents, window: TimeWindow): string {
  const { namespace, objects, events, gaps } = contents;
  return [
    `Namespace ${namespace}, and the cluster around it. Ages at ${instant(window.to)}.`,
    ...SNAPSHOT_RESOURCES.flatMap((resource) =>
      renderKind(resource, objects.get(resource) ?? [], window),
    ),
    ...renderEvents(events),
    ...gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

function renderKind(
  resource: SnapshotResource,
  told: readonly Told[],
  window: TimeWindow,
): string[] {
  const { kind } = RESOURCES[resource];
  const ordered = told.toSorted((a, b) => Number(a.view.healthy) - Number(b.view.healthy));
  const left = ordered.length - MAX_TOLD;
  return [
    ...ordered
      .slice(0, MAX_TOLD)
      .flatMap(({ raw, view }) => [
        heading(kind, KIND_VIEWS[resource], view),
        ...indented(linesOf(resource, { raw, view }, window)),
      ]),
    ...(left > 0 ? [`${left} more of kind ${kind} are left out.`] : []),
  ];
}

function linesOf(
  resource: SnapshotResource,
  { raw, view }: Pick<Told, 'raw' | 'view'>,
  window: TimeWindow,
): string[] {
  if (resource === 'pods') return podLines(raw, view, window);
  // Its Deployment has the template, and a list of a ConfigMap has its keys in the heading.
  if (resource === 'replicasets') return objectLines({ ...view, template: null });
  return objectLines(resource === 'configmaps' ? { ...view, facts: {} } : view);
}

function heading(kind: string, look: KindView, view: ObjectView): string {
  const cells = Object.entries(namedCells(look, view)).map(
    ([column, cell]) => `${column} ${cell || '<none>'}`,
  );
  return `${kind} ${view.metadata.name}: ${cells.join(', ') || 'exists'}`;
}

function objectLines({
  details,
  metadata,
  facts,
  template,
  conditions,
  healthy,
}: ObjectView): string[] {
  const spec = template?.spec;
  return [
    ...details,
    ...renderFacts([['labels', pairs(metadata.labels)], ...Object.entries(facts)]),
    ...(template ? renderFacts([['pod labels', pairs(template.metadata.labels)]]) : []),
    ...(spec ? [...placementLines(spec), ...templateContainers(spec), ...volumeLines(spec)] : []),
    ...(healthy ? [] : renderConditions(conditions.map(detailCondition))),
  ];
}

function templateContainers({ initContainers, containers }: PodSpec): string[] {
  return [
    ...initContainers.map((it) => detailContainerSpec(it, true)),
    ...containers.map((it) => detailContainerSpec(it, false)),
  ].flatMap((it) => renderContainer(it, containerFacts(it)));
}

/** A healthy pod of an owner is told by its owner's template. */
function podLines(raw: unknown, view: ObjectView, window: TimeWindow): string[] {
  const pod = Pod.parse(raw);
  const summary = summarisePod(pod, window);
  const identity = renderFacts([
    ['labels', pairs(pod.metadata.labels)],
    ['owner', summary.owner ? `${summary.owner.kind}/${summary.owner.name}` : ''],
    ['address', pod.status.podIP],
  ]);
  if (summary.healthy && summary.owner !== null) return [...view.details, ...identity];
  return [
    ...view.details,
    ...identity,
    ...placementLines(pod.spec),
    ...podContainers(pod, summary),
    ...volumeLines(pod.spec),
    ...renderConditions(
      pod.status.conditions.filter(({ status }) => status !== 'True').map(detailCondition),
    ),
  ];
}

function podContainers(pod: Pod, { containers }: PodSummary): string[] {
  const specs = new Map(
    [...pod.spec.initContainers, ...pod.spec.containers].map((it) => [it.name, it]),
  );
  return containers.flatMap((summary) => {
    const spec = specs.get(summary.name);
    if (spec === undefined) return [];
    const detail = detailContainer(spec, summary);
    return renderContainer(detail, containerFacts(detail));
  });
}

function placementLines(spec: PodSpec): string[] {
  return renderFacts(placementFacts(spec));
}

function volumeLines({ volumes }: PodSpec): string[] {
  return describeVolumes(volumes).map(({ name, source }) => `volume ${name}: ${source}`);
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function renderEvents(events: readonly EventGroup[]): string[] {
  if (events.length === 0) return ['Events: none within the window.'];
  const day = commonDay(events.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]));
  const left = events.length - MAX_EVENTS;
  return [
    `Events, warnings first${day === null ? '' : `, of ${day}`}:`,
    ...events.slice(0, MAX_EVENTS).map((event) => `  ${eventLine(event, day)}`),
    ...(left > 0 ? [`  ${left} more are left out.`] : []),
  ];
}

function eventLine(event: EventGroup, day: string | null): string {
  const { type, reason, kind, family, count, firstAt, lastAt, message } = event;
  const times = count > 1 ? ` x${count} since ${clockTime(firstAt, day)}` : '';
  return `${clockTime(lastAt, day)} ${type} ${reason} ${kind.toLowerCase()}/${family}${times}: ${oneLine(message)}`;
}
