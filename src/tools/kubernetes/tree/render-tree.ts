import { alignColumns } from '../../table.ts';
import { joined, pairs } from '../wording.ts';
import type { Endpoints } from './endpoints.ts';
import type { Needs } from './needs.ts';
import type { ResourceTree } from './surroundings.ts';

const MAX_PODS = 8;
const MAX_NODES = 8;

type Workload = ResourceTree['workloads'][number];
type TreePod = Workload['pods'][number];

/** From the outside in: what does not fit, the ways to the pods, the pods, what they need. */
export function renderTree(tree: ResourceTree): string {
  const { namespace, start, problems } = tree;
  return [
    problems.length === 0
      ? `${start} in namespace ${namespace}: everything fits together.`
      : `${start} in namespace ${namespace}: ${problems.length} do not fit.`,
    ...problems.map((problem) => `! ${problem}`),
    ...tree.ingresses.flatMap(renderIngress),
    ...tree.services.map(renderService),
    ...tree.workloads.flatMap(renderWorkload),
    ...renderNeeds(tree.needs),
    ...tree.autoscalers.map(
      ({ name, min, max, current, desired }) =>
        `HorizontalPodAutoscaler ${name}: ${current} pods, wants ${desired}, from ${min} to ${max}`,
    ),
    ...tree.budgets.map(
      ({ name, disruptionsAllowed }) =>
        `PodDisruptionBudget ${name}: allows ${disruptionsAllowed} disruptions`,
    ),
    ...tree.policies.map(({ name, types }) => `NetworkPolicy ${name}: limits ${types.join(', ')}`),
    ...tree.gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

function renderIngress({ name, routes }: ResourceTree['ingresses'][number]): string[] {
  const rows = routes.map(({ from, service, port }) => [
    from,
    `→ ${service}${port === '' ? '' : `:${port}`}`,
  ]);
  return [`Ingress ${name}`, ...alignColumns(rows).map((line) => `  ${line}`)];
}

function renderService(service: ResourceTree['services'][number]): string {
  const { name, type, ports, selector, pods, endpoints } = service;
  const way = ports.map(({ port, targetPort }) => `${port}→${targetPort}`).join(', ');
  const asked = pairs(selector) || 'no selector';
  const found = endpoints === null ? `${pods.length} pods` : renderEndpoints(endpoints);
  return `Service ${name}: ${joined([type === 'ClusterIP' ? '' : type, way, asked, found], '; ')}`;
}

function renderEndpoints({ ready, notReady }: Endpoints): string {
  const all = ready + notReady.length;
  return all === 0 ? 'no endpoints' : `${ready} of ${all} endpoints ready`;
}

function renderWorkload({ kind, name, wanted, pods }: Workload): string[] {
  const healthy = pods.filter((pod) => pod.healthy).length;
  const unhealthyFirst = pods.toSorted((a, b) => Number(a.healthy) - Number(b.healthy));
  const shown = unhealthyFirst.slice(0, MAX_PODS);
  const rest = Map.groupBy(unhealthyFirst.slice(MAX_PODS), ({ status }) => status);
  return [
    `${kind} ${name}: ${pods.length}${wanted === null ? '' : ` of ${wanted}`} pods, ${healthy} healthy`,
    ...alignColumns(shown.map(podRow)).map((line) => `  ${line}`),
    ...[...rest].map(([status, { length }]) => `  ${length} more ${status}`),
  ];
}

function podRow({ name, status, ready, restarts, node }: TreePod): string[] {
  return [
    name,
    `${status} ${ready}`,
    restarts === 0 ? '' : `${restarts} restarts`,
    node || '<none>',
  ];
}

function renderNeeds(needs: Needs): string[] {
  const { configMaps, secrets, claims, serviceAccounts, nodes } = needs;
  const facts: [string, string[]][] = [
    [
      'ConfigMaps',
      configMaps.map(({ name, keys }) => `${name} (${keys?.join(', ') ?? 'missing'})`),
    ],
    ['Secrets (not readable)', secrets],
    ['PersistentVolumeClaims', claims.map(({ name, phase }) => `${name} ${phase ?? 'unknown'}`)],
    ['ServiceAccounts', serviceAccounts],
    ['Nodes', renderNodes(nodes)],
  ];
  return facts
    .filter(([, names]) => names.length > 0)
    .map(([title, names]) => `${title}: ${names.join('; ')}`);
}

function renderNodes(nodes: Needs['nodes']): string[] {
  const shown = nodes
    .toSorted((a, b) => Number(a.ready ?? true) - Number(b.ready ?? true))
    .slice(0, MAX_NODES)
    .map(({ name, ready, cordoned, pods }) => {
      const state = ready === null ? 'unknown' : ready ? 'ready' : 'NOT READY';
      return `${name} ${state}${cordoned ? ', cordoned' : ''} (${pods} pods)`;
    });
  const more = nodes.length - shown.length;
  return more > 0 ? [...shown, `${more} more`] : shown;
}
