import { NAMESPACE, SICK_POD } from './apps.ts';

export interface Call {
  tool: string;
  args: Record<string, unknown>;
}

export type ServerName = 'probable-cause' | 'kubernetes-mcp-server' | 'mcp-server-kubernetes';

export interface Question {
  text: string;
  /** What has to be in the answers, each in one of its spellings, for the question to count as answered. */
  facts: RegExp[];
  /** The fewest calls of each server whose outputs hold all the facts. */
  calls: Record<ServerName, Call[]>;
}

const namespace = NAMESPACE;
const name = SICK_POD;
const apiOf = (kind: string, more: object = {}) => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  ...more,
});
const SICK_PODS = [SICK_POD, 'search-5c9d7f6b8-00000', 'reports-7b6c5d4f9-00000'];
const TAIL = 100;

export const questions: Question[] = [
  {
    text: 'Which pods are unhealthy, and why?',
    facts: [
      ...[SICK_POD, /CrashLoopBackOff/, /OOMKilled/, /137/].map(fact),
      ...[/ImagePullBackOff/, /shop\/search:1\.4\.2/, /5 Insufficient memory/].map(fact),
    ],
    calls: {
      'probable-cause': [{ tool: 'kubectl_get_pods', args: { namespace } }],
      'kubernetes-mcp-server': [
        { tool: 'pods_list_in_namespace', args: { namespace } },
        ...SICK_PODS.map((pod) => ({ tool: 'pods_get', args: { namespace, name: pod } })),
      ],
      'mcp-server-kubernetes': [
        { tool: 'kubectl_get', args: { resourceType: 'pods', namespace } },
        ...SICK_PODS.map((pod) => ({
          tool: 'kubectl_describe',
          args: { resourceType: 'pod', name: pod, namespace },
        })),
      ],
    },
  },
  {
    text: 'What is wrong with this pod?',
    facts: [
      ...[/OOMKilled/, /137/, /256Mi/, /payments:1\.4\.2/, /node-0/, /\b7\b/].map(fact),
      ...[/orders-db/, /\/healthz/, /Back-off restarting/].map(fact),
    ],
    calls: {
      'probable-cause': [{ tool: 'kubectl_describe_pod', args: { namespace, name } }],
      'kubernetes-mcp-server': [
        { tool: 'pods_get', args: { namespace, name } },
        { tool: 'events_list', args: { namespace } },
      ],
      'mcp-server-kubernetes': [
        { tool: 'kubectl_describe', args: { resourceType: 'pod', name, namespace } },
      ],
    },
  },
  {
    text: 'What did the cluster report lately?',
    facts: [/Back-off restarting/, /Failed to pull image/, /FailedScheduling/].map(fact),
    calls: {
      'probable-cause': [{ tool: 'kubectl_events', args: { namespace } }],
      'kubernetes-mcp-server': [{ tool: 'events_list', args: { namespace } }],
      'mcp-server-kubernetes': [
        { tool: 'kubectl_get', args: { resourceType: 'events', namespace } },
      ],
    },
  },
  {
    text: 'What did it write before it died?',
    facts: [/could not allocate 8388608 bytes/, /heap is at 251 MiB of 256 MiB/, /POST \/pay/].map(
      fact,
    ),
    calls: {
      'probable-cause': [
        {
          tool: 'kubectl_logs',
          args: { namespace, pod: name, previous: true, tail: TAIL },
        },
      ],
      'kubernetes-mcp-server': [
        { tool: 'pods_log', args: { namespace, name, previous: true, tail: TAIL } },
      ],
      'mcp-server-kubernetes': [
        {
          tool: 'kubectl_logs',
          args: { resourceType: 'pod', name, namespace, previous: true, tail: TAIL },
        },
      ],
    },
  },
  {
    text: 'Which deployments lack replicas?',
    facts: [/payments +.*0\/3|"payments"[^}]*0\/3/s, /search +.*0\/2|"search"[^}]*0\/2/s, /web/],
    calls: {
      'probable-cause': [{ tool: 'kubectl_get', args: { kind: 'deployments', namespace } }],
      'kubernetes-mcp-server': [
        { tool: 'resources_list', args: apiOf('Deployment', { namespace }) },
      ],
      'mcp-server-kubernetes': [
        { tool: 'kubectl_get', args: { resourceType: 'deployments', namespace } },
      ],
    },
  },
  {
    text: 'Which node is in trouble?',
    facts: [/node-3/, /MemoryPressure/, /insufficient memory/i].map(fact),
    calls: {
      'probable-cause': [{ tool: 'kubectl_node_status', args: {} }],
      'kubernetes-mcp-server': [
        { tool: 'resources_list', args: apiOf('Node') },
        { tool: 'resources_get', args: apiOf('Node', { name: 'node-3' }) },
      ],
      'mcp-server-kubernetes': [
        { tool: 'kubectl_get', args: { resourceType: 'nodes' } },
        { tool: 'kubectl_describe', args: { resourceType: 'node', name: 'node-3' } },
      ],
    },
  },
];

function fact(pattern: string | RegExp): RegExp {
  return typeof pattern === 'string' ? new RegExp(pattern) : pattern;
}
