import { z } from 'zod';
import type { TimeWindow } from '../../../alert/window.ts';
import { Metadata } from '../objects/metadata.ts';

/** Owned fields as nested keys: `{"f:data": {"f:LOG_LEVEL": {}}}`. */
const FieldsV1 = z.record(z.string(), z.unknown());
type FieldsV1 = z.infer<typeof FieldsV1>;

/**
 * Who wrote which fields of an object, as the API server records it. `time` is when the writer last changed
 * one of its fields; which of them it does not say.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
const ManagedFields = z.object({
  manager: z.string().default(''),
  time: z.string().nullish(),
  /** `status` or `scale`; empty for the object itself. */
  subresource: z.string().default(''),
  fieldsV1: FieldsV1.default({}),
});

/** An object of any kind, as far as its history goes. */
export const WrittenObject = z.object({
  metadata: Metadata.extend({ managedFields: z.array(ManagedFields).default([]) }),
});
export type WrittenObject = z.infer<typeof WrittenObject>;

/** One write by someone who is not part of the cluster. */
export interface Write {
  at: string;
  by: string;
  /** By `kubectl scale` and what else uses that way. */
  scale: boolean;
  /** All that this writer owns, `spec.replicas`, to a depth of two; keys of a ConfigMap as `data.KEY`. */
  fields: string[];
}

/**
 * Parts of Kubernetes whose writes follow from what others decided, or are state. A k3s server writes as one
 * manager for all of them.
 */
const OF_THE_CLUSTER =
  /^(?:kube-controller-manager|kube-scheduler|kube-apiserver|kubelet|kube-proxy|cloud-controller-manager|cluster-autoscaler|k3s|rke2|coredns)$/;

/** The newest write of each writer, within the window. */
export function writesOf({ metadata }: WrittenObject, window: TimeWindow): Write[] {
  return metadata.managedFields.flatMap(({ manager, time, subresource, fieldsV1 }) =>
    time && subresource !== 'status' && !OF_THE_CLUSTER.test(manager) && fallsWithin(time, window)
      ? [{ at: time, by: manager, scale: subresource === 'scale', fields: ownedFields(fieldsV1) }]
      : [],
  );
}

/** Both ends belong to it: a change in the second of the alert is what one looks for. */
export function fallsWithin(at: string | null | undefined, { from, to }: TimeWindow): boolean {
  const ms = Date.parse(at ?? '');
  return ms >= Date.parse(from) && ms <= Date.parse(to);
}

function ownedFields(fields: FieldsV1): string[] {
  return Object.entries(fields).flatMap(([key, under]) => {
    const name = fieldName(key);
    const children = Object.keys(FieldsV1.catch({}).parse(under)).flatMap(fieldName);
    return children.length === 0 ? name : children.map((child) => `${name}.${child}`);
  });
}

/** `f:` is before a field; items of lists, which have `k:` and `v:`, and the whole, `.`, are left out. */
function fieldName(key: string): string[] {
  return key.startsWith('f:') ? [key.slice(2)] : [];
}
