import { alignColumns } from '../../table.ts';
import { RESOURCES, resourceNames } from '../resources.ts';
import type { Permission, PermissionReport } from './auth-can-i.ts';

/** What is not as it should be comes first. */
const ORDER: readonly Permission['verdict'][] = ['forbidden', 'unknown', 'absent', 'allowed'];

const LIMITS =
  'Each kind was tried with one list, which does not prove that get is allowed too, and logs with one get. ' +
  'Secrets are never read, and nothing can be written: these tools know no verb but get and list.';

/** One row for all resources of one verdict and one place. */
export function renderPermissions({ permissions, gaps }: PermissionReport): string {
  const groups = [...Map.groupBy(permissions, sameRow).values()].toSorted(
    (a, b) => rank(a[0]) - rank(b[0]),
  );
  const rows = groups.flatMap(([first, ...more]) => (first ? [row(first, more)] : []));
  return [
    ...alignColumns([['VERDICT', 'VERB', 'WHERE', 'RESOURCES'], ...rows]),
    LIMITS,
    ...gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

function sameRow(permission: Permission): string {
  const { verdict, verb, reason } = permission;
  return JSON.stringify([verdict, verb, where(permission), reason]);
}

function rank(permission: Permission | undefined): number {
  return permission ? ORDER.indexOf(permission.verdict) : ORDER.length;
}

function row(first: Permission, more: readonly Permission[]): string[] {
  const resources = [first, ...more].map(({ resource }) => resource).join(', ');
  const why = first.reason === '' ? '' : `: ${first.reason}`;
  return [first.verdict, first.verb, where(first), `${resources}${why}`];
}

function where({ namespace, resource }: Permission): string {
  const clusterWide = resourceNames().some(
    (name) => name === resource && !RESOURCES[name].namespaced,
  );
  if (clusterWide) return 'cluster';
  return namespace ?? 'all namespaces';
}
