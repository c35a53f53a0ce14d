import type { Container, Pod, Terminated } from './objects/pod.ts';

interface Columns {
  status: string;
  ready: number;
  total: number;
  restarts: number;
}

/**
 * READY, STATUS and RESTARTS as `kubectl get pods` computes them, so that what the model says can be found
 * on the engineer's own screen. After printPod in kubernetes/pkg/printers/internalversion/printers.go.
 */
export function kubectlColumns(pod: Pod): Columns {
  const init = initColumns(pod);
  const initialized = pod.status.conditions.some(
    ({ type, status }) => type === 'Initialized' && status === 'True',
  );
  const columns =
    init.reason === null || initialized
      ? mainColumns(pod, init.sidecarsReady, init.sidecarRestarts)
      : { status: init.reason, ready: init.sidecarsReady, restarts: init.restarts };
  const sidecars = pod.spec.initContainers.filter(isSidecar).length;
  return {
    ...columns,
    status: deletionStatus(pod) ?? columns.status,
    total: pod.spec.containers.length + sidecars,
  };
}

function isSidecar(container: Container | undefined): boolean {
  return container?.restartPolicy === 'Always';
}

interface InitColumns {
  /** Why the pod is still initializing; null when it is not. */
  reason: string | null;
  restarts: number;
  sidecarRestarts: number;
  sidecarsReady: number;
}

function initColumns(pod: Pod): InitColumns {
  const columns: InitColumns = { reason: null, restarts: 0, sidecarRestarts: 0, sidecarsReady: 0 };
  const specs = pod.spec.initContainers;
  for (const [index, status] of pod.status.initContainerStatuses.entries()) {
    const sidecar = isSidecar(specs.find(({ name }) => name === status.name));
    columns.restarts += status.restartCount;
    if (sidecar) columns.sidecarRestarts += status.restartCount;
    const { waiting, terminated } = status.state;
    if (terminated?.exitCode === 0) continue;
    if (sidecar && status.started) {
      if (status.ready) columns.sidecarsReady += 1;
      continue;
    }
    const waits = waiting && waiting.reason !== '' && waiting.reason !== 'PodInitializing';
    if (terminated) columns.reason = `Init:${terminationReason(terminated)}`;
    else columns.reason = waits ? `Init:${waiting.reason}` : `Init:${index}/${specs.length}`;
    break;
  }
  return columns;
}

function mainColumns(pod: Pod, sidecarsReady: number, sidecarRestarts: number) {
  let status = phaseStatus(pod);
  let ready = sidecarsReady;
  let restarts = sidecarRestarts;
  let running = false;
  // Backwards, so that the first container that has something to say has the last word.
  for (const container of pod.status.containerStatuses.toReversed()) {
    restarts += container.restartCount;
    const { waiting, terminated } = container.state;
    if (waiting && waiting.reason !== '') status = waiting.reason;
    else if (terminated) status = terminationReason(terminated);
    else if (container.ready && container.state.running) {
      running = true;
      ready += 1;
    }
  }
  if (status === 'Completed' && running) status = isReady(pod) ? 'Running' : 'NotReady';
  return { status, ready, restarts };
}

function phaseStatus(pod: Pod): string {
  const gated = pod.status.conditions.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  if (gated) return 'SchedulingGated';
  return pod.status.reason === '' ? pod.status.phase : pod.status.reason;
}

function isReady(pod: Pod): boolean {
  return pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function deletionStatus(pod: Pod): string | null {
  if (!pod.metadata.deletionTimestamp) return null;
  if (pod.status.reason === 'NodeLost') return 'Unknown';
  const over = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
  return over ? null : 'Terminating';
}

/** Why a container ended: in the kubelet's word, or else by signal or exit code. */
export function terminationReason({ reason, signal, exitCode }: Terminated): string {
  if (reason !== '') return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}
