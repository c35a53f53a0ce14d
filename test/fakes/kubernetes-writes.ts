import { z } from 'zod';
import type { FakeReply, FakeRequest } from './http-fake.ts';
import { kubernetesResources } from './kubernetes-resources.ts';
import type { KubernetesObject } from './selectors.ts';

const Body = z.looseObject({
  metadata: z.looseObject({ uid: z.string().optional() }).optional(),
  preconditions: z.object({ uid: z.string().optional() }).optional(),
});

/**
 * Patches and deletes, in place, as the API server does them: a uid in the body has to be the object's, apply
 * creates what is not there, and a dry run keeps nothing.
 */
export function write(request: FakeRequest, objects: KubernetesObject[]): FakeReply {
  const [, base = '', namespace = '', plural = '', name = ''] =
    /^(.*)\/namespaces\/([^/]+)\/([a-z]+)\/([^/]+)$/.exec(request.path) ?? [];
  const known = kubernetesResources().find((it) => it.base === base && it.plural === plural);
  if (!known) return failure(404, 'NotFound', 'the server could not find the requested resource');
  const body = Body.parse(JSON.parse(request.body));
  const index = objects.findIndex(
    ({ kind, metadata }) =>
      kind === known.kind && metadata.namespace === namespace && metadata.name === name,
  );
  const object = objects[index];
  const apply = request.headers['content-type'] === 'application/apply-patch+yaml';
  if (!object && !apply) return failure(404, 'NotFound', `${plural} "${name}" not found`);
  const uid = body.metadata?.uid ?? body.preconditions?.uid;
  if (uid !== undefined && uid !== object?.metadata.uid) {
    const text = `Operation cannot be fulfilled on ${plural} "${name}": Precondition failed: UID in precondition: ${uid}`;
    return failure(409, 'Conflict', text);
  }
  if (request.method === 'DELETE') {
    objects.splice(index, 1);
    return { status: 200, body: { kind: 'Status', apiVersion: 'v1', status: 'Success' } };
  }
  const patched = KubernetesBody.parse(merge(object ?? {}, body));
  if (patched.spec?.replicas !== undefined && !Number.isInteger(patched.spec.replicas)) {
    const text = `${known.kind} "${name}" is invalid: spec.replicas: Invalid value: must be an integer`;
    return failure(422, 'Invalid', text);
  }
  if (request.params.get('dryRun') !== 'All') {
    if (object) objects[index] = patched;
    else objects.push(patched);
  }
  return { status: object ? 200 : 201, body: patched };
}

const KubernetesBody = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
  spec: z.looseObject({ replicas: z.unknown() }).optional(),
});

/** Objects field by field, lists of named things by name, everything else replaced. */
function merge(old: unknown, change: unknown): unknown {
  if (Array.isArray(old) && Array.isArray(change)) {
    const added = change.filter((item) => !old.some((it) => named(it, item)));
    const kept = old.map((item) => merge(item, change.find((it) => named(it, item)) ?? item));
    return [...kept, ...added];
  }
  if (!isObject(old) || !isObject(change)) return change;
  const merged = Object.entries(change).map(([key, value]) => [key, merge(old[key], value)]);
  return { ...old, ...Object.fromEntries(merged) };
}

function named(a: unknown, b: unknown): boolean {
  return isObject(a) && isObject(b) && typeof a.name === 'string' && a.name === b.name;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failure(code: number, reason: string, message: string): FakeReply {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
  return { status: code, body };
}
