import { describeToleration } from './container-detail.ts';
import { selectorText } from './label-selector.ts';
import type { PodSpec, SecurityContext } from './objects/pod.ts';
import type { Affinity, NodeSelectorTerm } from './objects/selector.ts';
import { joined, pairs } from './wording.ts';

/** What of a pod's spec decides where it may run and as whom, by label; what is empty says nothing. */
export function placementFacts(spec: PodSpec): [label: string, fact: string][] {
  const { affinity, securityContext } = spec;
  return [
    ['node selector', pairs(spec.nodeSelector)],
    ['node affinity', nodeAffinityText(affinity)],
    ['pod affinity', podAffinityText(affinity?.podAffinity)],
    ['pod anti-affinity', podAffinityText(affinity?.podAntiAffinity)],
    ['spread', spec.topologySpreadConstraints.map(spreadText).join('; ')],
    ['tolerations', ownTolerations(spec)],
    ['priority class', spec.priorityClassName],
    ['scheduler', spec.schedulerName === 'default-scheduler' ? '' : spec.schedulerName],
    ['service account', spec.serviceAccountName === 'default' ? '' : spec.serviceAccountName],
    ['pull secrets', spec.imagePullSecrets.map(({ name }) => name).join(', ')],
    ['runs as', securityContext ? securityText(securityContext) : ''],
    ['host network', spec.hostNetwork ? 'yes' : ''],
    ['dns', dnsText(spec)],
    [
      'hosts file',
      spec.hostAliases.map(({ ip, hostnames }) => `${ip} ${hostnames.join(' ')}`).join(', '),
    ],
  ];
}

/** Every pod has the two that keep it for five minutes on a node that is lost. */
function ownTolerations({ tolerations }: PodSpec): string {
  return tolerations
    .filter(
      ({ key = '', tolerationSeconds }) =>
        tolerationSeconds !== 300 || !/^node\.kubernetes\.io\/(?:not-ready|unreachable)$/.test(key),
    )
    .map(describeToleration)
    .join(', ');
}

function nodeAffinityText(affinity: Affinity | null | undefined): string {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (required?.nodeSelectorTerms ?? []).map(nodeTermText).join(' or ');
}

export function nodeTermText({ matchExpressions, matchFields }: NodeSelectorTerm): string {
  return [...matchExpressions, ...matchFields]
    .map(({ key, operator, values }) => `${key} ${operator} ${values.join(',')}`.trimEnd())
    .join(' and ');
}

function podAffinityText(affinity: Affinity['podAffinity']): string {
  return (affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])
    .map(
      ({ labelSelector, topologyKey }) =>
        `${labelSelector ? selectorText(labelSelector) : 'no pod'} by ${topologyKey}`,
    )
    .join('; ');
}

function spreadText(constraint: PodSpec['topologySpreadConstraints'][number]): string {
  const { maxSkew, topologyKey, whenUnsatisfiable } = constraint;
  return `at most ${maxSkew} apart by ${topologyKey}, ${whenUnsatisfiable}`;
}

function securityText(context: SecurityContext): string {
  const { runAsUser, runAsGroup, fsGroup, runAsNonRoot, readOnlyRootFilesystem } = context;
  return joined(
    [
      typeof runAsUser === 'number' && `user ${runAsUser}`,
      typeof runAsGroup === 'number' && `group ${runAsGroup}`,
      typeof fsGroup === 'number' && `volumes' group ${fsGroup}`,
      runAsNonRoot && 'never root',
      readOnlyRootFilesystem && 'root file system read-only',
      context.privileged && 'privileged',
    ].map((part) => part || ''),
    ', ',
  );
}

function dnsText({ dnsPolicy, dnsConfig }: PodSpec): string {
  const servers = dnsConfig?.nameservers ?? [];
  const policy = dnsPolicy === 'ClusterFirst' ? '' : dnsPolicy;
  return joined([policy, servers.length === 0 ? '' : `servers ${servers.join(', ')}`], ', ');
}
