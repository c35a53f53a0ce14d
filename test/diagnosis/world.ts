import { digest } from '../../src/lib/digest.ts';

import type { KubernetesObject } from '../fakes/kubernetes.ts';
import type { FakeStream } from '../fakes/loki.ts';
import { event, type Occurrence } from '../scenarios/events.ts';
import { uidOf } from '../scenarios/kubernetes-objects.ts';
import { App, type AppOptions } from './app.ts';
import { listAt, mergePatch, objectAt, type Tree } from './merge-patch.ts';

/** A series as it was scraped: its value at so many seconds before the end, null where there is none. */
export interface WorldSeries {
  name: string;
  labels: Record<string, string>;
  valueAt: (secondsAgo: number) => number | null;
}

export interface LogLine {
  secondsAgo: number;
  text: string;
}

/**
 * A made-up cluster at the end of an incident's window, as API servers, Loki and Prometheus would tell of it. Built
 * healthy by {@link ./shop.ts}; a case changes it.
 */
export class World {
  readonly objects: KubernetesObject[] = [];
  readonly streams: FakeStream[] = [];
  readonly series: WorldSeries[] = [];
  readonly #apps = new Map<string, App>();

  /** The end of the window, RFC 3339. */
  readonly now: string;
  readonly namespace: string;
  /** Those that take pods. */
  readonly nodeNames: readonly [string, string, string];

  constructor(
    now: string,
    namespace = 'shop',
    nodeNames: readonly [string, string, string] = ['node-a', 'node-b', 'node-c'],
  ) {
    this.now = now;
    this.namespace = namespace;
    this.nodeNames = nodeNames;
  }

  /** An instant so many seconds before the end, as Kubernetes writes it. */
  ago(seconds: number): string {
    return new Date(Date.parse(this.now) - seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  }

  add(...objects: KubernetesObject[]): void {
    this.objects.push(...objects);
  }

  /** An object with the metadata that an API server gives it. `more` is its spec, status and what else it has. */
  create(
    apiVersion: string,
    kind: string,
    metadata: { name: string; namespace?: string | null } & Tree,
    more: Tree,
  ): KubernetesObject {
    const { name, namespace = this.namespace, ...rest } = metadata;
    const object: KubernetesObject = {
      apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace === null ? {} : { namespace }),
        uid: uidOf(kind, namespace ?? '', name),
        creationTimestamp: this.ago(30 * 86_400),
        ...rest,
      },
      ...more,
    };
    this.add(object);
    return object;
  }

  /** @throws when there is none. */
  object(kind: string, name: string, namespace: string = this.namespace): KubernetesObject {
    const found = this.objects.find(
      (it) =>
        it.kind === kind &&
        it.metadata.name === name &&
        (it.metadata.namespace ?? namespace) === namespace,
    );
    if (found === undefined) throw new Error(`the world has no ${kind} ${name}`);
    return found;
  }

  /** Changes an object by a JSON merge patch. */
  patch(kind: string, name: string, patch: Tree, namespace?: string): void {
    mergePatch(this.object(kind, name, namespace), patch);
  }

  remove(kind: string, name: string, namespace?: string): void {
    this.objects.splice(this.objects.indexOf(this.object(kind, name, namespace)), 1);
  }

  /** A workload with its pods, its Service and their endpoints, all well. */
  deploy(options: AppOptions): App {
    const app = new App(this, options);
    this.#apps.set(options.name, app);
    return app;
  }

  /** @throws when there is none. */
  app(name: string): App {
    const found = this.#apps.get(name);
    if (found === undefined) throw new Error(`the world has no app ${name}`);
    return found;
  }

  get apps(): readonly App[] {
    return [...this.#apps.values()];
  }

  /** An event about an object, as its component writes it. `first` and `last` are seconds before the end. */
  event(
    object: KubernetesObject,
    seen: Omit<Occurrence, 'first' | 'last' | 'from'> & {
      first: number;
      last?: number;
      from?: Occurrence['from'] | string;
    },
  ): void {
    const { first, last = first, from = 'kubelet', ...rest } = seen;
    const made = event(object, {
      ...rest,
      from: 'kubelet',
      first: this.ago(first),
      last: this.ago(last),
    });
    mergePatch(made, { source: { component: from }, reportingComponent: from });
    if (object.metadata.namespace === undefined) {
      mergePatch(made, { metadata: { namespace: 'default' } });
    }
    this.add(made);
  }

  /** Lines of one container, under the labels that a log collector gives them. */
  log(source: { app: string; pod: string; container?: string }, lines: readonly LogLine[]): void {
    const { app, pod, container = app } = source;
    this.streams.push({
      stream: { namespace: this.namespace, app, pod, container },
      values: lines.map(({ secondsAgo, text }) => [
        String(
          BigInt(Date.parse(this.ago(secondsAgo))) * 1_000_000n +
            BigInt(Number.parseInt(digest([pod, text, String(secondsAgo)], 5), 16)),
        ),
        text,
      ]),
    });
  }

  metric(name: string, labels: Record<string, string>, valueAt: WorldSeries['valueAt']): void {
    this.series.push({ name, labels, valueAt });
  }

  /** Replaces the series of that name whose labels hold all of these. */
  remetric(name: string, labels: Record<string, string>, valueAt: WorldSeries['valueAt']): void {
    const found = this.series.filter(
      (it) =>
        it.name === name &&
        Object.entries(labels).every(([key, value]) => it.labels[key] === value),
    );
    if (found.length === 0)
      throw new Error(`the world has no series ${name} ${JSON.stringify(labels)}`);
    for (const one of found) one.valueAt = valueAt;
  }

  remetricIfAny(
    name: string,
    labels: Record<string, string>,
    valueAt: WorldSeries['valueAt'],
  ): void {
    const known = this.series.some(
      (it) =>
        it.name === name &&
        Object.entries(labels).every(([key, value]) => it.labels[key] === value),
    );
    if (known) this.remetric(name, labels, valueAt);
  }

  /** A pod under another name, with its series: pods are replaced, they do not change their names. */
  renamePod(pod: KubernetesObject, name: string): void {
    const before = pod.metadata.name;
    for (const { labels } of this.series) if (labels.pod === before) labels.pod = name;
    mergePatch(pod, { metadata: { name, uid: uidOf('Pod', this.namespace, name) } });
  }

  /** What the endpoint controller does: the slices of a Service name the pods that it selects. */
  syncEndpoints(service: string, namespace: string = this.namespace): void {
    const found = this.objects.find(
      ({ kind, metadata }) =>
        kind === 'Service' && metadata.name === service && metadata.namespace === namespace,
    );
    const slice = this.objects.find(
      ({ kind, metadata }) =>
        kind === 'EndpointSlice' &&
        metadata.namespace === namespace &&
        metadata.labels?.['kubernetes.io/service-name'] === service,
    );
    if (!found || !slice) return;
    const selector = Object.entries(objectAt(found, 'spec', 'selector'));
    const pods = this.objects.filter(
      ({ kind, metadata }) =>
        kind === 'Pod' &&
        metadata.namespace === namespace &&
        selector.every(([key, value]) => metadata.labels?.[key] === value),
    );
    const endpoints = pods.flatMap((pod) => {
      const status = objectAt(pod, 'status');
      const ready = listAt(pod, 'status', 'conditions').some(
        ({ type, status: is }) => type === 'Ready' && is === 'True',
      );
      if (typeof status.podIP !== 'string') return [];
      return [
        {
          addresses: [status.podIP],
          conditions: { ready, serving: ready, terminating: false },
          targetRef: { kind: 'Pod', namespace, name: pod.metadata.name },
        },
      ];
    });
    mergePatch(slice, { endpoints: endpoints.length === 0 ? null : endpoints });
  }
}

/** The counter whose rate over the last so many seconds was `after`, and `before` until then. */
export function counter(
  before: number,
  after: number = before,
  changedSecondsAgo = 0,
): (secondsAgo: number) => number {
  const BEGAN = 200_000;
  return (secondsAgo) =>
    secondsAgo >= changedSecondsAgo
      ? before * (BEGAN - secondsAgo)
      : before * (BEGAN - changedSecondsAgo) + after * (changedSecondsAgo - secondsAgo);
}

/** `before` until so many seconds before the end, `after` from then on. */
export function step(
  before: number,
  after: number,
  changedSecondsAgo: number,
): (secondsAgo: number) => number {
  return (secondsAgo) => (secondsAgo > changedSecondsAgo ? before : after);
}
