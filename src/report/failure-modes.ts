import { z } from 'zod';

/**
 * What goes wrong, as a closed list: reports, scores and routing all speak these slugs. Adding one is a
 * change to the public report; renaming one breaks those who count on it.
 */
export const FAILURE_MODES = {
  // Admission
  'quota-exceeded': 'A ResourceQuota or LimitRange refused the object.',
  'admission-denied': 'An admission webhook or pod security refused the object.',
  'missing-service-account': 'The pod names a ServiceAccount that does not exist.',
  'rbac-denied': 'A workload lacks a permission that it uses.',
  // Scheduling
  'insufficient-cpu': 'No node has the requested CPU free.',
  'insufficient-memory': 'No node has the requested memory free.',
  'insufficient-other-resource': 'No node has the requested storage, GPU or other resource free.',
  'node-selector-mismatch': 'No node matches the node selector or affinity.',
  'pod-affinity-conflict': 'Pod affinity, anti-affinity or topology spread cannot be met.',
  'untolerated-taint': 'Every fitting node is tainted or cordoned.',
  'volume-unbound': 'A PersistentVolumeClaim is not bound.',
  'scheduler-down': 'The scheduler does not place pods.',
  preempted: 'The pod was pushed out by one of higher priority.',
  // Start
  'image-not-found': 'The image name or tag does not exist.',
  'image-pull-auth': 'The registry refused the credentials.',
  'registry-unreachable': 'The registry cannot be reached, resolved or limits the rate.',
  'missing-config': 'A referenced ConfigMap, Secret or key does not exist.',
  'volume-mount-failed': 'A volume cannot be attached or mounted.',
  'init-container-failed': 'An init container does not finish.',
  'bad-command': 'The command or entry point cannot be run.',
  'security-context': 'The security context or file permissions stop the process.',
  'sandbox-failed': 'The pod sandbox or its network could not be made.',
  // Run
  'oom-killed': 'The container went over its memory limit and was killed.',
  'node-oom': 'The node ran out of memory and killed or evicted it.',
  'memory-leak': 'Memory grows steadily until something gives.',
  'application-crash': 'The process exits by its own fault.',
  'bad-configuration': 'The process refuses, or misbehaves on, its configuration.',
  'probe-misconfigured': 'A probe has the wrong port, path, protocol or timing.',
  'port-conflict': 'Two processes want the same port.',
  'scaled-to-zero': 'The workload has no replicas.',
  'autoscaler-limit': 'The autoscaler is at its maximum or has no metrics.',
  'cpu-throttled': 'The CPU limit throttles the process.',
  'disk-full': 'A volume or file system is out of space or inodes.',
  'file-descriptors-exhausted': 'The process ran out of file descriptors, threads or pids.',
  deadlock: 'Threads or transactions wait for one another.',
  'job-failed': 'A Job failed or a CronJob missed its run.',
  evicted: 'The kubelet evicted the pod.',
  // Stores
  'connection-pool-exhausted': 'A database or pool has no connection left.',
  'database-read-only': 'The database refuses writes.',
  'database-slow': 'Queries are slow: locks, plans or load.',
  'replication-lag': 'A replica is too far behind.',
  'store-credentials': 'The credentials, address or database of a store are wrong.',
  'cache-failure': 'A cache is down, full or cold.',
  'queue-backlog': 'Messages arrive faster than they are consumed.',
  // Network
  'service-selector-mismatch': 'A Service selects no pod, or the wrong port.',
  'no-ready-endpoints': 'A Service has no ready endpoint.',
  'dns-failure': 'Names do not resolve.',
  'network-policy-denied': 'A network policy drops the traffic.',
  'ingress-misroute': 'An Ingress or gateway sends traffic to the wrong place.',
  'network-degraded': 'Packets are lost or late.',
  'certificate-expired': 'A certificate is expired or not trusted.',
  'clock-skew': 'Clocks disagree.',
  // Dependencies and capacity
  'dependency-down': 'Another service that it needs is down.',
  'third-party-outage': 'A system outside the cluster is down.',
  saturation: 'More load than the capacity there is.',
  'retry-storm': 'Retries multiply the load.',
  'rate-limited': 'An upstream limits the rate.',
  // Nodes and control plane
  'node-not-ready': 'A node is not ready.',
  'node-pressure': 'A node reports memory, disk or pid pressure.',
  'kube-proxy-down': 'kube-proxy does not forward Services on a node.',
  'control-plane': 'The API server, etcd or a controller fails.',
  // Releases
  'bad-release': 'A new version is at fault.',
  'bad-migration': 'A schema or data migration is at fault.',
  'feature-flag': 'A flag or setting that was switched is at fault.',
  // The alert itself
  'false-alarm': 'Nothing is wrong: flapping, recovered, maintenance.',
  'monitoring-failure': 'The monitoring, not the system, is broken.',
  unknown: 'The evidence does not say.',
} as const;

type Slug = keyof typeof FAILURE_MODES;

function isSlug(value: string): value is Slug {
  return Object.hasOwn(FAILURE_MODES, value);
}

export const FailureMode = z.enum(Object.keys(FAILURE_MODES).filter(isSlug));
export type FailureMode = Slug;
