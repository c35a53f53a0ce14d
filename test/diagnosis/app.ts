import { digest } from '../../src/lib/digest.ts';

import type { KubernetesObject } from '../fakes/kubernetes.ts';
import { buildApp, hashOf, ownerOf, podName } from './app-objects.ts';
import { listAt, mergePatch, objectAt, type Tree } from './merge-patch.ts';
import type { LogLine, World } from './world.ts';

export interface AppOptions {
  name: string;
  kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  image?: string;
  replicas?: number;
  /** Of its container and its Service; none: it has no Service. */
  port?: number;
  env?: Record<string, string>;
  /** What its container is called; like the app unless given. */
  container?: string;
  /** Where its pods are, one after the other; the world's nodes unless given. */
  nodes?: readonly string[];
  /** Merged into the pod's spec. */
  spec?: Tree;
  namespace?: string;
}

/** How a container ended, or is kept from starting. */
export interface Crash {
  exitCode: number;
  reason?: 'Error' | 'OOMKilled' | 'ContainerCannotRun' | 'StartError' | 'Completed';
  message?: string;
  restarts?: number;
  /** Since when it goes on. */
  secondsAgo?: number;
  log?: readonly string[];
}

/** A workload of the made-up cluster: changes that its controller and kubelets would make are made in all of its objects. */
export class App {
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly #world: World;
  readonly #namespace: string;
  readonly container: string;
  #hash: string;

  constructor(world: World, options: AppOptions) {
    this.#world = world;
    this.name = options.name;
    this.kind = options.kind ?? 'Deployment';
    this.#namespace = options.namespace ?? world.namespace;
    this.container = options.container ?? options.name;
    this.#hash = hashOf(options.name, '0');
    buildApp(world, options, this.#hash);
  }

  get workload(): KubernetesObject {
    return this.#world.object(this.kind, this.name, this.#namespace);
  }

  /** Of the newest revision; null for what has none. */
  get replicaSet(): KubernetesObject | null {
    return this.kind === 'Deployment'
      ? this.#world.object('ReplicaSet', `${this.name}-${this.#hash}`, this.#namespace)
      : null;
  }

  get pods(): KubernetesObject[] {
    return this.#world.objects.filter(
      ({ kind, metadata }) =>
        kind === 'Pod' &&
        metadata.namespace === this.#namespace &&
        metadata.labels?.app === this.name,
    );
  }

  get pod(): KubernetesObject {
    const [first] = this.pods;
    if (first === undefined) throw new Error(`${this.name} has no pod`);
    return first;
  }

  /** Changes the pod's spec everywhere: in the template, the newest ReplicaSet and the pods. */
  patchSpec(patch: Tree): this {
    const set = this.replicaSet;
    for (const owner of [this.workload, ...(set ? [set] : [])])
      mergePatch(objectAt(owner, 'spec', 'template', 'spec'), patch);
    for (const pod of this.pods) mergePatch(objectAt(pod, 'spec'), patch);
    return this;
  }

  /** Changes a container everywhere; the first one unless named. */
  patchContainer(patch: Tree, name?: string): this {
    const set = this.replicaSet;
    const specs = [
      ...[this.workload, ...(set ? [set] : [])].map((it) =>
        objectAt(it, 'spec', 'template', 'spec'),
      ),
      ...this.pods.map((it) => objectAt(it, 'spec')),
    ];
    for (const spec of specs) {
      const containers = listAt(spec, 'containers');
      const container =
        name === undefined ? containers[0] : containers.find((it) => it.name === name);
      if (container) mergePatch(container, patch);
    }
    return this;
  }

  /** Its containers run since so many seconds, as in pods that were just made. */
  runningSince(secondsAgo: number): this {
    for (const pod of this.pods)
      this.#setContainer(pod, {
        state: { running: { startedAt: this.#world.ago(secondsAgo) } },
        lastState: {},
      });
    return this;
  }

  /** Another container beside the first, everywhere; it runs and is ready. */
  addContainer(container: Tree & { name: string; image: string }): this {
    const set = this.replicaSet;
    for (const owner of [this.workload, ...(set ? [set] : [])])
      listAt(objectAt(owner, 'spec', 'template', 'spec'), 'containers').push({ ...container });
    for (const pod of this.pods) {
      listAt(objectAt(pod, 'spec'), 'containers').push({ ...container });
      const [first] = listAt(pod, 'status', 'containerStatuses');
      listAt(pod, 'status', 'containerStatuses').push({
        ...structuredClone(first ?? {}),
        name: container.name,
        image: container.image,
      });
    }
    return this;
  }

  /** Adds or replaces variables of the first container everywhere. */
  setEnv(values: Record<string, string>): this {
    const container =
      listAt(objectAt(this.workload, 'spec', 'template', 'spec'), 'containers')[0] ?? {};
    const kept = listAt(container, 'env').filter(
      ({ name }) => !Object.hasOwn(values, String(name)),
    );
    return this.patchContainer({
      env: [...kept, ...Object.entries(values).map(([name, value]) => ({ name, value }))],
    });
  }

  /** A new revision so many seconds ago, whose pods are the ones there are; the one before keeps no pod. */
  rollout(secondsAgo: number, change: { container?: Tree; spec?: Tree } = {}): this {
    const before = this.replicaSet;
    if (before === null) throw new Error(`${this.name} is no Deployment`);
    this.#hash = hashOf(this.name, String(secondsAgo));
    const after: KubernetesObject = structuredClone(before);
    const revision =
      Number(
        objectAt(this.workload, 'metadata', 'annotations')['deployment.kubernetes.io/revision'] ??
          1,
      ) + 1;
    mergePatch(after, {
      metadata: {
        name: `${this.name}-${this.#hash}`,
        uid: digest(['rs', this.name, this.#hash], 32),
        creationTimestamp: this.#world.ago(secondsAgo),
        labels: { 'pod-template-hash': this.#hash },
        annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      },
      spec: {
        selector: { matchLabels: { 'pod-template-hash': this.#hash } },
        template: { metadata: { labels: { 'pod-template-hash': this.#hash } } },
      },
    });
    mergePatch(before, {
      spec: { replicas: 0 },
      status: { replicas: 0, readyReplicas: 0, availableReplicas: 0 },
    });
    this.#world.add(after);
    mergePatch(this.workload, {
      metadata: { annotations: { 'deployment.kubernetes.io/revision': String(revision) } },
    });
    for (const [index, pod] of this.pods.entries()) {
      const name = podName(`${this.name}-${this.#hash}`, index);
      this.#world.renamePod(pod, name);
      mergePatch(pod, {
        metadata: {
          creationTimestamp: this.#world.ago(secondsAgo - 5),
          labels: { 'pod-template-hash': this.#hash },
          ownerReferences: [ownerOf('ReplicaSet', `${this.name}-${this.#hash}`, this.#namespace)],
        },
        status: { startTime: this.#world.ago(secondsAgo - 5) },
      });
      const startedAt = this.#world.ago(secondsAgo - 8);
      for (const status of listAt(pod, 'status', 'containerStatuses'))
        mergePatch(status, { state: { running: { startedAt } } });
    }
    this.#world.event(this.workload, {
      reason: 'ScalingReplicaSet',
      message: `Scaled up replica set ${this.name}-${this.#hash} from 0 to ${this.pods.length}`,
      first: secondsAgo,
      from: 'deployment-controller',
    });
    if (change.container) this.patchContainer(change.container);
    if (change.spec) this.patchSpec(change.spec);
    return this;
  }

  /** Its containers (all, or those of some pods) end again and again: CrashLoopBackOff, with events and logs. */
  crash(crash: Crash, pods: readonly KubernetesObject[] = this.pods): this {
    const { exitCode, reason = 'Error', message, restarts = 6, secondsAgo = 900, log = [] } = crash;
    for (const pod of pods) {
      const terminated: Tree = {
        exitCode,
        reason,
        ...(message === undefined ? {} : { message }),
        startedAt: this.#world.ago(95),
        finishedAt: this.#world.ago(62),
        containerID: `containerd://${digest([pod.metadata.name, 'ended'], 64)}`,
      };
      const container = this.container;
      this.#setContainer(pod, {
        ready: false,
        started: false,
        restartCount: restarts,
        state: {
          waiting: {
            reason: 'CrashLoopBackOff',
            message: `back-off 5m0s restarting failed container=${container} pod=${pod.metadata.name}_${this.#namespace}(${String(pod.metadata.uid)})`,
          },
        },
        lastState: { terminated },
      });
      this.#notReady(pod, secondsAgo);
      this.#world.event(pod, {
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container ${container} in pod ${pod.metadata.name}_${this.#namespace}(${String(pod.metadata.uid)})`,
        count: restarts * 5,
        first: secondsAgo,
        last: 40,
      });
      this.#world.log(
        { app: this.name, pod: pod.metadata.name, container },
        log.map((text, index) => ({ secondsAgo: 90 - index, text })),
      );
      this.#world.remetricIfAny(
        'kube_pod_container_status_restarts_total',
        { pod: pod.metadata.name },
        (ago) => (ago > secondsAgo ? 0 : Math.floor(restarts * (1 - ago / (secondsAgo + 1)))),
      );
    }
    return this.#recount();
  }

  /** Its containers wait and have never run, as `ImagePullBackOff` or `CreateContainerConfigError`. */
  waiting(
    state: { reason: string; message: string; secondsAgo?: number },
    pods: readonly KubernetesObject[] = this.pods,
  ): this {
    for (const pod of pods) {
      this.#setContainer(pod, {
        ready: false,
        started: false,
        restartCount: 0,
        imageID: '',
        state: { waiting: { reason: state.reason, message: state.message } },
        lastState: {},
      });
      mergePatch(pod, { status: { phase: 'Pending' } });
      this.#notReady(pod, state.secondsAgo ?? 900);
    }
    return this.#recount();
  }

  /** It runs, and its readiness probe fails; `event` is what the kubelet says of that. */
  unready(
    state: { secondsAgo?: number; event?: string } = {},
    pods: readonly KubernetesObject[] = this.pods,
  ): this {
    const { secondsAgo = 900, event } = state;
    for (const pod of pods) {
      this.#setContainer(pod, { ready: false });
      this.#notReady(pod, secondsAgo);
      if (event !== undefined) {
        this.#world.event(pod, {
          type: 'Warning',
          reason: 'Unhealthy',
          message: event,
          count: 80,
          first: secondsAgo,
          last: 8,
        });
      }
    }
    return this.#recount();
  }

  /** The scheduler finds no node for its pods. */
  unschedulable(
    message: string,
    options: { secondsAgo?: number; event?: boolean } = {},
    pods: readonly KubernetesObject[] = this.pods,
  ): this {
    const { secondsAgo = 900, event = true } = options;
    for (const pod of pods) {
      mergePatch(objectAt(pod, 'spec'), { nodeName: null });
      mergePatch(pod, {
        status: {
          phase: 'Pending',
          podIP: null,
          startTime: null,
          containerStatuses: null,
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message,
              lastTransitionTime: this.#world.ago(secondsAgo),
            },
          ],
        },
      });
      if (event) {
        this.#world.event(pod, {
          type: 'Warning',
          reason: 'FailedScheduling',
          message,
          count: 4,
          first: secondsAgo,
          last: 120,
          from: 'default-scheduler',
        });
      }
    }
    return this.#recount();
  }

  /** Takes so many of its pods away, as if they had never been made. */
  losePods(count: number): this {
    for (const pod of this.pods.slice(0, count))
      this.#world.remove('Pod', pod.metadata.name, this.#namespace);
    return this.#recount();
  }

  /** What its first pod, or all of its pods, wrote. */
  logs(lines: readonly LogLine[], pods: readonly KubernetesObject[] = [this.pod]): this {
    for (const pod of pods)
      this.#world.log({ app: this.name, pod: pod.metadata.name, container: this.container }, lines);
    return this;
  }

  #setContainer(pod: KubernetesObject, patch: Tree): void {
    const status = listAt(pod, 'status', 'containerStatuses')[0];
    if (!status) return;
    // A state is one of three, and replaces the one before.
    for (const key of ['state', 'lastState']) if (Object.hasOwn(patch, key)) delete status[key];
    mergePatch(status, patch);
  }

  #notReady(pod: KubernetesObject, secondsAgo: number): void {
    for (const condition of listAt(pod, 'status', 'conditions')) {
      if (condition.type !== 'Ready' && condition.type !== 'ContainersReady') continue;
      mergePatch(condition, {
        status: 'False',
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${this.container}]`,
        lastTransitionTime: this.#world.ago(secondsAgo),
      });
    }
  }

  /** Brings what the controllers count in line with the pods: replicas, endpoints. */
  #recount(): this {
    const pods = this.pods;
    const ready = pods.filter(isReady).length;
    const counts: Tree = { readyReplicas: ready, availableReplicas: ready };
    if (this.kind === 'DaemonSet')
      mergePatch(objectAt(this.workload, 'status'), { numberReady: ready, numberAvailable: ready });
    else
      mergePatch(objectAt(this.workload, 'status'), {
        ...counts,
        replicas: pods.length,
        unavailableReplicas: Math.max(0, this.#wanted - ready),
      });
    const set = this.replicaSet;
    if (set) mergePatch(objectAt(set, 'status'), { ...counts, replicas: pods.length });
    if (this.kind === 'Deployment' && ready < this.#wanted) {
      for (const condition of listAt(this.workload, 'status', 'conditions')) {
        if (condition.type !== 'Available') continue;
        mergePatch(condition, {
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
          lastTransitionTime: this.#world.ago(900),
        });
      }
    }
    this.#world.syncEndpoints(this.name, this.#namespace);
    return this;
  }

  get #wanted(): number {
    return Number(objectAt(this.workload, 'spec').replicas ?? 1);
  }
}

function isReady(pod: KubernetesObject): boolean {
  return listAt(pod, 'status', 'conditions').some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
}
