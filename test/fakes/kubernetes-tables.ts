import { z } from 'zod';
import { kubectlColumns } from '../../src/tools/kubernetes/kubectl-columns.ts';
import { Pod } from '../../src/tools/kubernetes/objects/pod.ts';
import type { KubernetesObject } from './selectors.ts';

const NOW = Date.parse('2026-11-21T03:12:00Z');

interface Printer {
  /** Those with a star are shown by wide output alone. */
  columns: string[];
  cells(object: KubernetesObject): unknown[];
}

const Deployment = z.object({
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })) }),
    }),
  }),
  status: z.object({
    readyReplicas: z.number().default(0),
    updatedReplicas: z.number().default(0),
    availableReplicas: z.number().default(0),
  }),
});

const Node = z.object({
  status: z.object({
    conditions: z.array(z.object({ type: z.string(), status: z.string() })),
    nodeInfo: z.object({
      kubeletVersion: z.string(),
      osImage: z.string(),
      kernelVersion: z.string(),
      containerRuntimeVersion: z.string(),
    }),
  }),
});

const PRINTERS: Record<string, Printer> = {
  Pod: {
    columns: [
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
      'IP*',
      'Node*',
      'Nominated Node*',
      'Readiness Gates*',
    ],
    cells(object) {
      const pod = Pod.parse(object);
      const { ready, total, status, restarts } = kubectlColumns(pod);
      const node = pod.spec.nodeName || '<none>';
      const ip = pod.status.podIP || '<none>';
      return [
        `${ready}/${total}`,
        status,
        String(restarts),
        age(object),
        ip,
        node,
        '<none>',
        '<none>',
      ];
    },
  },
  Deployment: {
    columns: [
      'Name',
      'Ready',
      'Up-to-date',
      'Available',
      'Age',
      'Containers*',
      'Images*',
      'Selector*',
    ],
    cells(object) {
      const { spec, status } = Deployment.parse(object);
      const { containers } = spec.template.spec;
      return [
        `${status.readyReplicas}/${spec.replicas}`,
        status.updatedReplicas,
        status.availableReplicas,
        age(object),
        containers.map(({ name }) => name).join(','),
        containers.map(({ image }) => image).join(','),
        `app=${object.metadata.name}`,
      ];
    },
  },
  Node: {
    columns: [
      'Name',
      'Status',
      'Roles',
      'Age',
      'Version',
      'Internal-IP*',
      'External-IP*',
      'OS-Image*',
      'Kernel-Version*',
      'Container-Runtime*',
    ],
    cells(object) {
      const { conditions, nodeInfo } = Node.parse(object).status;
      const ready = conditions.find(({ type }) => type === 'Ready')?.status === 'True';
      const { kubeletVersion, osImage, kernelVersion, containerRuntimeVersion } = nodeInfo;
      const system = [osImage, kernelVersion, containerRuntimeVersion];
      return [
        ready ? 'Ready' : 'NotReady',
        '<none>',
        age(object),
        kubeletVersion,
        '10.0.0.1',
        '<none>',
        ...system,
      ];
    },
  },
};

/** A list as the API server prints it for `Accept: application/json;as=Table`; null for kinds that are not printed here. */
export function tableOf(kind: string, objects: readonly KubernetesObject[]): object | null {
  const printer = PRINTERS[kind];
  if (!printer) return null;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '1000' },
    columnDefinitions: printer.columns.map((column) => ({
      name: column.replace('*', ''),
      type: 'string',
      format: column === 'Name' ? 'name' : '',
      description: '',
      priority: column.endsWith('*') ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: [object.metadata.name, ...printer.cells(object)],
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: object.metadata,
      },
    })),
  };
}

function age(object: KubernetesObject): string {
  const created = Date.parse(String(object.metadata.creationTimestamp));
  return `${Math.floor((NOW - created) / 86_400_000)}d`;
}
