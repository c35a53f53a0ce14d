import { LimitRange, ResourceQuota } from '../objects/quota.ts';
import { parseQuantity, percentOf } from '../quantity.ts';
import { pairs } from '../wording.ts';
import { ageOf, kindView, troubles } from './kind-view.ts';

export const resourceQuotaView = kindView({
  schema: ResourceQuota,
  columns: ['AGE', 'USED'],
  cells: (quota, window) => [
    ageOf(quota, window),
    shares(quota)
      .map(
        ({ name, used, hard, percent }) =>
          `${name}: ${used}/${hard}${percent === null ? '' : ` (${percent}%)`}`,
      )
      .join(', '),
  ],
  health: (quota) =>
    troubles(
      shares(quota)
        .filter(({ percent }) => percent !== null && percent >= 100)
        .map(({ name, hard }) => `${name} is used up (${hard}): what needs more is refused`),
    ),
  facts: ({ spec }) => ({ scopes: spec.scopes.join(', ') }),
});

/** Highest share first. */
function shares({ spec, status }: ResourceQuota) {
  return Object.entries(spec.hard)
    .map(([name, hard]) => {
      const used = status.used[name] ?? '?';
      return { name, used, hard, percent: percentOf(parseQuantity(used), parseQuantity(hard)) };
    })
    .sort((a, b) => (b.percent ?? -1) - (a.percent ?? -1));
}

export const limitRangeView = kindView({
  schema: LimitRange,
  columns: ['AGE', 'LIMITS'],
  cells: (range, window) => [ageOf(range, window), range.spec.limits.map(formatLimit).join('; ')],
});

export function formatLimit(limit: LimitRange['spec']['limits'][number]): string {
  const rules = [
    ['min', limit.min],
    ['max', limit.max],
    ['default', limit.default],
    ['default request', limit.defaultRequest],
    ['max limit/request', limit.maxLimitRequestRatio],
  ] as const;
  const told = rules.flatMap(([name, values]) =>
    Object.keys(values).length === 0 ? [] : [`${name} ${pairs(values)}`],
  );
  return `${limit.type}: ${told.join(', ')}`;
}
