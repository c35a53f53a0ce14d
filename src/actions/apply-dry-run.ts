import { z } from 'zod';
import { Namespace, ObjectName } from '../tools/kubernetes/arguments.ts';
import { RESOURCES } from '../tools/kubernetes/resources.ts';
import { ToolError } from '../tools/tool.ts';
import { type Action, ActionRefused } from './action.ts';
import { differences, FieldChange } from './field-changes.ts';
import { MAX_MANIFEST, readDocuments } from './manifest-text.ts';
import { APPLICABLE, type Applicable, type ClusterWriter } from './writer.ts';

const MAX_OBJECTS = 20;
const MAX_SHOWN = 60;

const Input = z.strictObject({
  manifest: z.string().min(1).max(MAX_MANIFEST).describe('YAML or JSON, one object or several.'),
});

const Outcome = z.object({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  outcome: z.enum(['created', 'changed', 'unchanged', 'refused']),
  /** Why the API server would refuse it, in its own words; empty otherwise. */
  reason: z.string(),
  changes: z.array(FieldChange),
});
type Outcome = z.infer<typeof Outcome>;
const Output = z.object({ objects: z.array(Outcome) });

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: ObjectName, namespace: Namespace }),
});
type Manifest = z.infer<typeof Manifest>;

export function applyDryRun(writer: ClusterWriter): Action<typeof Input, typeof Output> {
  return {
    name: 'kubectl_apply_dry_run',
    title: 'Try a manifest',
    description:
      'What `kubectl apply --server-side --dry-run=server` would do: created, changed (which fields), ' +
      'unchanged or refused, with admission and validation. It never changes anything.',
    input: Input,
    output: Output,
    changes: false,
    async act({ manifest }, { signal }) {
      const objects = await Promise.all(
        readManifest(manifest).map((object) => tryOne(writer, object, signal)),
      );
      return { text: objects.map(render).join('\n'), structured: { objects }, outcome: 'ok' };
    },
  };
}

/** @throws ActionRefused that says which document is wrong, and how. */
function readManifest(text: string): { resource: Applicable; object: Manifest }[] {
  const values = readDocuments(text).filter((value) => value !== null);
  if (values.length === 0) throw new ActionRefused('The manifest is empty.');
  if (values.length > MAX_OBJECTS) {
    throw new ActionRefused(`The manifest has ${values.length} objects; at most ${MAX_OBJECTS}.`);
  }
  return values.map((value, index) => {
    const parsed = Manifest.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = `object ${index + 1} at ${issue?.path.join('.') || 'its top'}`;
      throw new ActionRefused(
        `The manifest is wrong in ${where}: ${issue?.message ?? 'unreadable'}.`,
      );
    }
    const { kind, apiVersion } = parsed.data;
    const resource = APPLICABLE.find((it) => RESOURCES[it].kind === kind);
    if (resource === undefined || groupVersion(resource) !== apiVersion) {
      const known = APPLICABLE.map((it) => `${RESOURCES[it].kind} (${groupVersion(it)})`);
      throw new ActionRefused(
        `${kind} (${apiVersion}) cannot be tried. Possible: ${known.join(', ')}.`,
      );
    }
    return { resource, object: parsed.data };
  });
}

function groupVersion(resource: Applicable): string {
  return RESOURCES[resource].base.replace(/^\/apis?\//, '');
}

async function tryOne(
  writer: ClusterWriter,
  { resource, object }: { resource: Applicable; object: Manifest },
  signal: AbortSignal,
): Promise<Outcome> {
  const { name, namespace } = object.metadata;
  const about = { kind: object.kind, namespace, name };
  try {
    const before = await writer.current(resource, { namespace, name }, signal);
    const after = await writer.applyDryRun(resource, { namespace, name }, object, signal);
    const changes = differences(before ?? {}, after);
    const outcome = before === null ? 'created' : changes.length > 0 ? 'changed' : 'unchanged';
    return { ...about, outcome, reason: '', changes: before === null ? [] : changes };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { ...about, outcome: 'refused', reason: error.message, changes: [] };
  }
}

function render({ kind, namespace, name, outcome, reason, changes }: Outcome): string {
  const shown = changes.slice(0, MAX_SHOWN);
  const cut = changes.length - shown.length;
  return [
    `${kind} ${namespace}/${name}: ${outcome}${reason === '' ? '' : `: ${reason}`}`,
    ...shown.map(({ field, before, after }) => `  ${field}: ${before ?? '-'} → ${after ?? '-'}`),
    ...(cut > 0 ? [`  ${cut} more fields`] : []),
  ].join('\n');
}
