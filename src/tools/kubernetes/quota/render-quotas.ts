import { alignColumns } from '../../table.ts';
import { instant, joined } from '../wording.ts';
import type { QuotaReport } from './kubectl-quota.ts';
import { isFull, type Limits, type QuotaUse } from './quota-use.ts';
import type { Refusal } from './refusals.ts';

const MAX_ROWS = 40;

/** Who is refused, then what is full, then the rest. `known` is false where quotas could not be read. */
export function renderQuotas(scope: string, known: boolean, report: QuotaReport): string {
  const { refusals, quotas, limits, gaps } = report;
  const several = new Set([...quotas, ...limits, ...refusals].map((it) => it.namespace)).size > 1;
  const shown = quotas.slice(0, MAX_ROWS);
  const cut = quotas.length - shown.length;
  return [
    `${scope}: ${headline(known, quotas)}`,
    ...(refusals.length === 0
      ? []
      : ['Pods that are refused:', ...refusals.map((it) => `  ${renderRefusal(it, several)}`)]),
    ...(shown.length === 0 ? [] : renderUses(shown, several)),
    ...(cut > 0 ? [`${cut} less used ones left out: ask about one namespace.`] : []),
    ...limits.slice(0, MAX_ROWS).map((it) => renderLimits(it, several)),
    ...gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

function headline(known: boolean, quotas: readonly QuotaUse[]): string {
  if (!known) return 'quotas could not be read.';
  if (quotas.length === 0) return 'no ResourceQuota.';
  const full = quotas.filter(isFull);
  const names = full.map(({ resource, quota }) => `${resource} (${quota})`).join(', ');
  return full.length === 0 ? 'no quota is full.' : `FULL: ${names}.`;
}

function renderRefusal(refusal: Refusal, several: boolean): string {
  const { namespace, object, wanted, existing, reason, since, lastAt, count } = refusal;
  const pods = wanted === null ? '' : ` has ${existing} of ${wanted} pods`;
  const times = [
    since && `since ${instant(since)}`,
    lastAt && `last ${instant(lastAt)}`,
    count === null ? null : `${count} times`,
  ];
  return `${several ? `${namespace} ` : ''}${object}${pods}: ${reason} (${joined(times, ', ')})`;
}

function renderUses(quotas: readonly QuotaUse[], several: boolean): string[] {
  const heading = [...(several ? ['NAMESPACE'] : []), 'QUOTA', 'RESOURCE', 'USED', 'HARD', 'SHARE'];
  const rows = quotas.map(({ namespace, quota, resource, used, hard, percent, scopes }) => [
    ...(several ? [namespace] : []),
    scopes.length === 0 ? quota : `${quota} (${scopes.join(',')})`,
    resource,
    used,
    hard,
    percent === null ? '-' : `${percent}%`,
  ]);
  return alignColumns([heading, ...rows]);
}

function renderLimits({ namespace, name, rules }: Limits, several: boolean): string {
  return `LimitRange ${several ? `${namespace}/` : ''}${name}: ${rules.join('; ') || 'no rule'}`;
}
