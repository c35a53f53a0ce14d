import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { type Tool, ToolError } from '../../tool.ts';
import { FieldSelector, KindName, LabelSelector, Namespace, ObjectName } from '../arguments.ts';
import type { KubernetesClient } from '../client.ts';
import { isVisible, namedCells, type ObjectView } from '../kinds/kind-view.ts';
import { KIND_VIEWS } from '../kinds/views.ts';
import { requireNamespace } from '../missing-namespace.ts';
import { getNamed } from '../named-object.ts';
import { nearNames } from '../near-names.ts';
import { findResource } from '../resource-names.ts';
import { RESOURCES, type Resource } from '../resources.ts';
import { listVisible, scopeText, type VisibleList, withNamespaceAdvice } from '../visible-list.ts';
import { joined } from '../wording.ts';
import { renderList } from './render-list.ts';

const Input = z.strictObject({
  kind: KindName,
  namespace: Namespace.optional().describe('Left out, every namespace that may be read.'),
  name: ObjectName.optional().describe('Left out, every object.'),
  label_selector: LabelSelector,
  field_selector: FieldSelector,
});
type Input = z.output<typeof Input>;

const Output = z.object({
  kind: z.string(),
  /** Null for all that may be read, and for kinds without namespaces. */
  namespace: z.string().nullable(),
  objects: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      createdAt: z.string().nullable(),
      healthy: z.boolean(),
      /** kubectl's columns. */
      columns: z.record(z.string(), z.string()),
      details: z.array(z.string()),
    }),
  ),
  /** More objects exist than were read. */
  truncated: z.boolean(),
  /** What could not be read, or was left out, in words. */
  gaps: z.array(z.string()),
});

export function getObjects(client: KubernetesClient): Tool<typeof Input, typeof Output> {
  return {
    name: 'kubectl_get',
    title: 'List objects of a kind',
    description:
      'Objects of any common built-in kind but Secrets as `kubectl get` shows them, unhealthy ones first with the reason, ' +
      'equal rows folded; ConfigMaps by key names only. Use it to see which workloads, autoscalers, jobs, ' +
      'claims or nodes are in trouble. This is the state now.',
    input: Input,
    output: Output,
    async run(args, { window, signal }) {
      const resource = findResource(args.kind);
      const { namespaced } = RESOURCES[resource];
      const query = { ...args, namespace: namespaced ? args.namespace : undefined };
      const found = await readObjects(client, resource, query, window, signal);
      const list = { ...found, gaps: [...found.gaps, ...needlessNamespace(resource, args)] };
      const body =
        list.items.length === 0
          ? await explainNothing(client, resource, query, signal)
          : renderList(
              {
                resource,
                kind: KIND_VIEWS[resource],
                scope: scopeText(client, resource, query.namespace),
                objects: list.items,
                truncated: list.truncated,
                narrow:
                  namespaced && !query.namespace ? 'namespace or label_selector' : 'label_selector',
              },
              window,
            );
      const text = [body, ...list.gaps.map((gap) => `Note: ${gap}`)].join('\n');
      return { text, structured: toOutput(resource, query.namespace, list) };
    },
  };
}

function needlessNamespace(resource: Resource, { namespace }: Input): string[] {
  return namespace === undefined || RESOURCES[resource].namespaced
    ? []
    : [`${resource} have no namespace: ${namespace} made no difference.`];
}

/** What a cluster-wide object says of a namespace is for those who may read that namespace. */
async function readObjects(
  client: KubernetesClient,
  resource: Resource,
  query: Input,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<VisibleList<ObjectView>> {
  const view = KIND_VIEWS[resource];
  const list = await readAll(client, resource, query, view.schemaAt(window), signal);
  const { namespaces } = client;
  if (namespaces === null || !view.tells) return list;
  const items = list.items.filter((it) => isVisible(it, namespaces));
  if (items.length === 0 && isByName(resource, query)) {
    // In the words of an answer for what does not exist: that something is there is nobody's business either.
    throw new ToolError(`There is no ${RESOURCES[resource].kind.toLowerCase()} ${query.name}.`);
  }
  return {
    ...list,
    items,
    gaps: [...list.gaps, `Only those of ${namespaces.join(', ')} are shown.`],
  };
}

/** Whether it asks about one object at a known place, which is read without a list. */
function isByName(resource: Resource, query: Input): query is Input & { name: string } {
  const { namespace, name, label_selector, field_selector } = query;
  const located = namespace !== undefined || !RESOURCES[resource].namespaced;
  return name !== undefined && located && !label_selector && !field_selector;
}

async function readAll(
  client: KubernetesClient,
  resource: Resource,
  query: Input,
  schema: z.ZodType<ObjectView>,
  signal: AbortSignal,
): Promise<VisibleList<ObjectView>> {
  const { namespace, name, label_selector: labelSelector, field_selector } = query;
  if (isByName(resource, query)) {
    const at = { namespace: namespace ?? null, name: query.name };
    const object = await getNamed(client, resource, at, schema, signal);
    return { items: [object], truncated: false, gaps: [] };
  }
  const fieldSelector = joined([name && `metadata.name=${name}`, field_selector], ',');
  const selection = { namespace, labelSelector, fieldSelector };
  try {
    return await listVisible(client, resource, selection, schema, signal);
  } catch (error) {
    throw withNamespaceAdvice(error, namespace);
  }
}

function toOutput(
  resource: Resource,
  namespace: string | undefined,
  { items, truncated, gaps }: VisibleList<ObjectView>,
): z.output<typeof Output> {
  return {
    kind: RESOURCES[resource].kind,
    namespace: namespace ?? null,
    objects: items.map((object) => ({
      namespace: object.metadata.namespace,
      name: object.metadata.name,
      createdAt: object.metadata.creationTimestamp ?? null,
      healthy: object.healthy,
      columns: namedCells(KIND_VIEWS[resource], object),
      details: object.details,
    })),
    truncated,
    gaps,
  };
}

async function explainNothing(
  client: KubernetesClient,
  resource: Resource,
  { namespace, name, label_selector, field_selector }: Input,
  signal: AbortSignal,
): Promise<string> {
  const notes = await requireNamespace(client, namespace, signal);
  const scope = scopeText(client, resource, namespace);
  const where = scope && ` in ${scope.charAt(0).toLowerCase()}${scope.slice(1)}`;
  const asked = [
    name && `the name ${name}`,
    label_selector && `labels that match "${label_selector}"`,
    field_selector && `fields that match "${field_selector}"`,
  ].filter((it) => it);
  const near =
    name === undefined
      ? []
      : (await nearNames(client, resource, { namespace, name }, signal)).suggestion;
  return [
    asked.length === 0
      ? `There are no ${resource}${where}.`
      : `No ${RESOURCES[resource].kind}${where} has ${asked.join(' and ')}.`,
    ...near,
    ...notes,
  ].join(' ');
}
