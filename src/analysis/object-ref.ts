import type { Metadata } from '../tools/kubernetes/objects/metadata.ts';

/** An object of a cluster, or something that only evidence names: a third party, a queue. */
export interface ObjectRef {
  kind: string;
  /** Null for what has none. */
  namespace: string | null;
  name: string;
}

/** Equal for references to the same object. */
export function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace ?? ''}/${name}`;
}

export function isSame(a: ObjectRef, b: ObjectRef): boolean {
  return keyOf(a) === keyOf(b);
}

/** `Deployment checkout`, as a sentence names it. */
export function nameOf({ kind, name }: ObjectRef): string {
  return `${kind} ${name}`;
}

export function refOf(kind: string, { namespace, name }: Metadata): ObjectRef {
  return { kind, namespace: namespace === '' ? null : namespace, name };
}
