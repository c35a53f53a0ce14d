import { z } from 'zod';
import type { Condition } from './objects/metadata.ts';

export const ConditionDetail = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string(),
  message: z.string(),
  since: z.string().nullable(),
});
export type ConditionDetail = z.infer<typeof ConditionDetail>;

export function detailCondition(condition: Condition): ConditionDetail {
  return {
    type: condition.type,
    status: condition.status,
    reason: condition.reason ?? '',
    message: condition.message ?? '',
    since: condition.lastTransitionTime ?? null,
  };
}
