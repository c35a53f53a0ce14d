import type { FailureMode } from '../report/failure-modes.ts';
import type { Report } from '../report/report.ts';
import type { Candidate } from './rank.ts';

type NextStep = Report['nextSteps'][number];

interface Remedy {
  /** What a person does about it. */
  text: string;
  risk: NextStep['risk'];
  /** With `KIND`, `NAME` and `-n NS` in the place of the object's own; none when there is no one command. */
  command?: string;
}

const DESCRIBE = 'kubectl describe KIND NAME -n NS';
const HISTORY = 'kubectl rollout history KIND NAME -n NS';
const UNDO = 'kubectl rollout undo KIND NAME -n NS';
const EDIT = 'kubectl edit KIND NAME -n NS';
const LOGS = 'kubectl logs KIND/NAME -n NS --tail=100';

/** What is done first about each failure: commands that only look where the mending needs a decision. */
const REMEDIES: Readonly<Record<FailureMode, Remedy>> = {
  'quota-exceeded': {
    text: 'Raise the quota, or lower what the workload requests.',
    risk: 'low',
    command: DESCRIBE,
  },
  'admission-denied': {
    text: 'Change the object so that the policy lets it in, or ask its owners for an exception.',
    risk: 'low',
    command: DESCRIBE,
  },
  'missing-service-account': {
    text: 'Create the service account, or name one that exists.',
    risk: 'low',
    command: 'kubectl get serviceaccounts -n NS',
  },
  'rbac-denied': {
    text: "Grant the workload's service account what it needs.",
    risk: 'medium',
    command: 'kubectl get rolebindings,clusterrolebindings -n NS -o wide',
  },
  'insufficient-cpu': {
    text: 'Add a node, free CPU, or lower the request.',
    risk: 'low',
    command: 'kubectl describe nodes',
  },
  'insufficient-memory': {
    text: 'Add a node, free memory, or lower the request.',
    risk: 'low',
    command: 'kubectl describe nodes',
  },
  'insufficient-other-resource': {
    text: 'Add a node that has the resource, or lower the request.',
    risk: 'low',
    command: 'kubectl describe nodes',
  },
  'node-selector-mismatch': {
    text: 'Correct the selector or affinity, or label a node.',
    risk: 'low',
    command: 'kubectl get nodes --show-labels',
  },
  'pod-affinity-conflict': {
    text: 'Relax the affinity rule, or add nodes for it.',
    risk: 'low',
    command: DESCRIBE,
  },
  'untolerated-taint': {
    text: 'Uncordon the node or remove the taint, if that is wanted; or add a toleration.',
    risk: 'medium',
    command:
      'kubectl get nodes -o custom-columns=NAME:.metadata.name,UNSCHEDULABLE:.spec.unschedulable,TAINTS:.spec.taints',
  },
  'volume-unbound': {
    text: 'Correct the claim, or provide a volume that fits it.',
    risk: 'medium',
    command: 'kubectl describe pvc NAME -n NS',
  },
  'scheduler-down': {
    text: 'Bring the scheduler back.',
    risk: 'medium',
    command: 'kubectl get pods -n kube-system -l component=kube-scheduler',
  },
  preempted: {
    text: 'Give it a priority that fits its worth, or add capacity.',
    risk: 'low',
    command: 'kubectl get priorityclasses',
  },
  'image-not-found': {
    text: 'Correct the image, or push it; until then go back to the revision before.',
    risk: 'low',
    command: UNDO,
  },
  'image-pull-auth': {
    text: 'Provide the pull secret that the registry wants.',
    risk: 'low',
    command: DESCRIBE,
  },
  'registry-unreachable': {
    text: 'Check the registry and the way there from the nodes.',
    risk: 'none',
    command: DESCRIBE,
  },
  'missing-config': {
    text: 'Create what is missing, or correct the reference.',
    risk: 'low',
    command: 'kubectl get configmaps,secrets -n NS',
  },
  'volume-mount-failed': {
    text: 'See what holds the volume, or why it cannot be mounted.',
    risk: 'none',
    command: DESCRIBE,
  },
  'init-container-failed': {
    text: 'Read what the init container wrote, and mend what it waits for.',
    risk: 'none',
    command: 'kubectl logs KIND/NAME -n NS --all-containers --tail=50',
  },
  'bad-command': {
    text: 'Correct the command, or go back to the revision before.',
    risk: 'low',
    command: UNDO,
  },
  'security-context': {
    text: "Bring the image's user, or the files' owner, in line with the security context.",
    risk: 'low',
    command: DESCRIBE,
  },
  'sandbox-failed': {
    text: 'Check the network plugin and the container runtime of the node.',
    risk: 'none',
    command: DESCRIBE,
  },
  'oom-killed': {
    text: 'Raise the memory limit, or go back to the revision that needed less.',
    risk: 'low',
    command: HISTORY,
  },
  'node-oom': {
    text: "See what takes the node's memory, and set requests and limits for it.",
    risk: 'none',
    command: 'kubectl top pods -A --sort-by=memory',
  },
  'memory-leak': {
    text: 'Restart it to gain time, and take a heap dump first.',
    risk: 'medium',
    command: 'kubectl rollout restart KIND NAME -n NS',
  },
  'application-crash': {
    text: 'Read what it wrote before it died; go back to the revision before if that was sound.',
    risk: 'none',
    command: 'kubectl logs KIND/NAME -n NS --previous --tail=100',
  },
  'bad-configuration': { text: 'Correct the setting that it names.', risk: 'low', command: EDIT },
  'probe-misconfigured': { text: 'Correct the probe.', risk: 'low', command: EDIT },
  'port-conflict': { text: 'Give one of the two another port.', risk: 'low', command: EDIT },
  'scaled-to-zero': {
    text: 'Find out who scaled it down, and scale it up again.',
    risk: 'low',
    command: 'kubectl scale KIND NAME -n NS --replicas=1',
  },
  'autoscaler-limit': {
    text: 'Raise the maximum if the load is legitimate, or restore the metrics.',
    risk: 'low',
    command: 'kubectl describe hpa -n NS',
  },
  'cpu-throttled': {
    text: 'Raise the CPU limit, or find what burns the CPU.',
    risk: 'low',
    command: 'kubectl top pods -n NS --sort-by=cpu',
  },
  'disk-full': {
    text: 'Free space, or enlarge the volume.',
    risk: 'medium',
    command: 'kubectl get pvc -n NS',
  },
  'file-descriptors-exhausted': {
    text: 'Find what is not closed; raise the limit to gain time.',
    risk: 'low',
    command: LOGS,
  },
  deadlock: {
    text: 'Find who holds the lock, and end that session if nothing else helps.',
    risk: 'medium',
    command: LOGS,
  },
  'job-failed': { text: 'Read why its last run failed.', risk: 'none', command: LOGS },
  evicted: {
    text: 'See what the node was short of.',
    risk: 'none',
    command: 'kubectl describe nodes',
  },
  'connection-pool-exhausted': {
    text: 'Find who holds the connections; lower their pools, or raise the limit.',
    risk: 'low',
    command: LOGS,
  },
  'database-read-only': {
    text: 'Find the primary, or why this one was made read-only.',
    risk: 'none',
    command: LOGS,
  },
  'database-slow': {
    text: 'Look at the longest running statements and their locks.',
    risk: 'none',
    command: LOGS,
  },
  'replication-lag': { text: 'Look at what holds the replica back.', risk: 'none', command: LOGS },
  'store-credentials': {
    text: "Bring the client's address and credentials in line with the store.",
    risk: 'low',
    command: EDIT,
  },
  'cache-failure': {
    text: 'Bring the cache back; watch the store behind it meanwhile.',
    risk: 'low',
    command: DESCRIBE,
  },
  'queue-backlog': {
    text: 'See whether its consumers work, then add some.',
    risk: 'low',
    command: DESCRIBE,
  },
  'service-selector-mismatch': {
    text: "Bring the Service in line with the pods' labels and ports.",
    risk: 'low',
    command: EDIT,
  },
  'no-ready-endpoints': {
    text: 'See why none of its pods is ready.',
    risk: 'none',
    command: DESCRIBE,
  },
  'dns-failure': {
    text: "Check CoreDNS, and the pod's own DNS settings.",
    risk: 'none',
    command: 'kubectl get pods -n kube-system -l k8s-app=kube-dns',
  },
  'network-policy-denied': {
    text: 'Let the caller through, or take the policy back if it is new.',
    risk: 'medium',
    command: 'kubectl describe networkpolicy -n NS',
  },
  'ingress-misroute': { text: 'Correct the backend.', risk: 'low', command: EDIT },
  'network-degraded': {
    text: 'Look at the network of the node or pod; move the pod to another node.',
    risk: 'medium',
    command: DESCRIBE,
  },
  'certificate-expired': {
    text: 'Renew the certificate, and find out why it was not renewed.',
    risk: 'low',
    command: DESCRIBE,
  },
  'clock-skew': {
    text: 'Check the time synchronisation of the nodes.',
    risk: 'none',
    command: 'kubectl get nodes -o wide',
  },
  'dependency-down': { text: 'Bring the dependency back first.', risk: 'low', command: DESCRIBE },
  'third-party-outage': {
    text: "Check the provider's status, and switch to the fallback if there is one.",
    risk: 'low',
  },
  saturation: {
    text: 'Add replicas, or shed load.',
    risk: 'low',
    command: 'kubectl top pods -n NS --sort-by=cpu',
  },
  'retry-storm': {
    text: 'Cut the retries of its callers, then let it recover.',
    risk: 'medium',
    command: LOGS,
  },
  'rate-limited': { text: 'Slow down, or ask for a higher limit.', risk: 'low', command: LOGS },
  'node-not-ready': {
    text: 'Look at the kubelet and the container runtime of the node; drain it if it stays away.',
    risk: 'medium',
    command: 'kubectl describe node NAME',
  },
  'node-pressure': {
    text: 'Free what the node is short of, or drain it.',
    risk: 'medium',
    command: 'kubectl describe node NAME',
  },
  'kube-proxy-down': {
    text: 'Bring kube-proxy back on the node.',
    risk: 'low',
    command: 'kubectl get pods -n kube-system -o wide',
  },
  'control-plane': {
    text: "Check the control plane's pods.",
    risk: 'none',
    command: 'kubectl get pods -n kube-system',
  },
  'bad-release': { text: 'Go back to the revision before.', risk: 'medium', command: UNDO },
  'bad-migration': {
    text: 'Stop the rollout, and ask the owners whether the migration can be taken back.',
    risk: 'high',
    command: HISTORY,
  },
  'feature-flag': { text: 'Switch it back.', risk: 'medium' },
  'false-alarm': { text: 'Nothing to do now; consider the rule.', risk: 'none' },
  'monitoring-failure': {
    text: 'Mend the monitoring before trusting its silence.',
    risk: 'low',
    command: 'kubectl get pods -n monitoring',
  },
  unknown: { text: 'Look further.', risk: 'none' },
};

/** What a person may do about a cause. Names come from the cluster's API, which allows none that a shell would read. */
export function stepsFor({ failureMode, object }: Candidate): NextStep[] {
  const { text, risk, command } = REMEDIES[failureMode];
  if (command === undefined || !isPlain(object.name)) return [{ text, risk }];
  const namespace = object.namespace === null ? '' : ` -n ${object.namespace}`;
  return [
    {
      text,
      risk,
      command: command
        .replace('KIND', object.kind.toLowerCase())
        .replace('NAME', object.name)
        .replace(' -n NS', namespace),
    },
  ];
}

function isPlain(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]*$/.test(name);
}
