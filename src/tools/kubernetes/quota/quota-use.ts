import { z } from 'zod';
import { formatLimit } from '../kinds/quota.ts';
import type { LimitRange, ResourceQuota } from '../objects/quota.ts';
import { parseQuantity, percentOf } from '../quantity.ts';

/** One resource of one quota. */
export const QuotaUse = z.object({
  namespace: z.string(),
  quota: z.string(),
  /** `limits.memory`, `pods`, `count/jobs.batch`. */
  resource: z.string(),
  used: z.string(),
  hard: z.string(),
  /** Of `hard`; null when either cannot be counted. */
  percent: z.number().nullable(),
  /** Which pods it counts; all when empty. */
  scopes: z.array(z.string()),
});
export type QuotaUse = z.infer<typeof QuotaUse>;

/** The highest share first. */
export function quotaUses(quotas: readonly ResourceQuota[]): QuotaUse[] {
  return quotas.flatMap(usesOf).toSorted((a, b) => (b.percent ?? -1) - (a.percent ?? -1));
}

/** Nothing more of it can be had. */
export function isFull({ percent, used, hard }: QuotaUse): boolean {
  return percent !== null && (parseQuantity(used) ?? 0) >= (parseQuantity(hard) ?? 0);
}

function usesOf({ metadata, spec, status }: ResourceQuota): QuotaUse[] {
  return Object.entries(spec.hard).map(([resource, hard]) => {
    const used = status.used[resource];
    return {
      namespace: metadata.namespace,
      quota: metadata.name,
      resource,
      used: String(used ?? 'not counted yet'),
      hard: String(hard),
      percent: shareOf(used, hard),
      scopes: spec.scopes,
    };
  });
}

/** A quota of zero forbids what it counts: it is full from the start. */
function shareOf(used: string | number | undefined, hard: string | number): number | null {
  const [part, whole] = [parseQuantity(used), parseQuantity(hard)];
  return part !== null && whole === 0 ? 100 : percentOf(part, whole);
}

export const Limits = z.object({
  namespace: z.string(),
  name: z.string(),
  /** `Container: max memory=2Gi, default memory=512Mi`, one for each type that it limits. */
  rules: z.array(z.string()),
});
export type Limits = z.infer<typeof Limits>;

export function limitsOf({ metadata, spec }: LimitRange): Limits {
  const { name, namespace } = metadata;
  return { namespace, name, rules: spec.limits.map(formatLimit) };
}
