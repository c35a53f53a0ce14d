import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { lacksPods, oncePerOwner, refusalsOf } from './refusals.ts';

/** Of the service account admission, and of the kubelet that cannot get a token for it. */
const NOT_FOUND = /serviceaccounts? "([^"\s]+)" not found/i;

/** Pods cannot be made for a ServiceAccount that does not exist. */
export const missingServiceAccount: Analyser = {
  looksFor: 'service accounts that do not exist',
  analyse: (situation) => [...refused(situation), ...structural(situation)],
};

function refused(situation: Situation): Finding[] {
  const refusals = refusalsOf(situation).filter(({ message }) => NOT_FOUND.test(message));
  return oncePerOwner(refusals).map(({ owner, message, citations, since, stands }) => ({
    failureMode: 'missing-service-account',
    object: owner,
    severity: stands ? 'critical' : 'warning',
    statement: `${nameOf(owner)} gets no pods: its ServiceAccount ${NOT_FOUND.exec(message)?.[1] ?? ''} does not exist.`,
    why: 'The API server refused the pods and named the account.',
    citations,
    score: stands ? 0.95 : 0.4,
    explains: [],
    since,
  }));
}

/** The template names an account that is not among those of its namespace. */
function structural({ cluster, quotes }: Situation): Finding[] {
  if (cluster.unread.has('serviceaccounts')) return [];
  return cluster.workloads.flatMap(({ ref, template }: Workload): Finding[] => {
    const wanted = template.spec.serviceAccountName;
    const accounts = cluster.serviceAccounts.filter(
      ({ metadata }) => metadata.namespace === ref.namespace,
    );
    // Every namespace has a default one: a list without any was not read.
    if (wanted === '' || accounts.length === 0) return [];
    if (accounts.some(({ metadata }) => metadata.name === wanted)) return [];
    const stopped = ref.kind !== 'CronJob' && lacksPods(ref, cluster);
    return [
      {
        failureMode: 'missing-service-account',
        object: ref,
        severity: stopped ? 'critical' : 'warning',
        statement: `${nameOf(ref)} names ServiceAccount ${wanted}, which does not exist in its namespace.`,
        why: stopped
          ? 'Its pod template names an account that is not there, and it lacks pods.'
          : 'Its pod template names an account that is not there: pods that run stay, no new one can be made.',
        citations: quotes.object(ref, /^\s*service account\s/),
        score: stopped ? 0.92 : 0.55,
        explains: [],
        since: null,
      },
    ];
  });
}
