import type { Analyser, Finding } from '../../finding.ts';
import { labelled, levelsOf } from '../../metric-levels.ts';
import type { MetricSeries } from '../../metrics.ts';
import { nameOf } from '../../object-ref.ts';
import { podsOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

const FULL = 0.97;
const NEARLY = 0.9;

/** Volumes of claims that are out of space or of inodes, as the kubelet measures them. */
export const volumeFull: Analyser = {
  looksFor: 'volumes that are out of space or inodes',
  analyse: (situation) => situation.metrics.flatMap((series) => fullIn(series, situation)),
};

function fullIn(series: MetricSeries, situation: Situation): Finding[] {
  const { cluster, quotes, symptom, window } = situation;
  const { id, labels, evidence } = series;
  const { namespace = '', persistentvolumeclaim: name } = labels;
  if ((id !== 'volume-used' && id !== 'volume-inodes') || name === undefined) return [];
  const levels = levelsOf(series, symptom, window);
  if (levels === null || levels.now < NEARLY) return [];
  const object = { kind: 'PersistentVolumeClaim', namespace, name };
  const users = cluster.workloads.filter(
    ({ ref, template }) =>
      ref.namespace === namespace &&
      (template.spec.volumes.some(({ persistentVolumeClaim: it }) => it?.claimName === name) ||
        // A StatefulSet's own: `data-orders-db-0` of pod `orders-db-0`.
        podsOf(ref, cluster).some(({ metadata }) => name.endsWith(`-${metadata.name}`))),
  );
  const of = id === 'volume-used' ? 'space' : 'inodes';
  const share = `${Math.round(levels.now * 100)} %`;
  return [
    {
      failureMode: 'disk-full',
      object,
      severity: levels.now >= FULL ? 'critical' : 'warning',
      statement: `${nameOf(object)} has ${share} of its ${of} used.`,
      why: `The kubelet measures it${levels.before === null ? '' : `, ${Math.round(levels.before * 100)} % before`}.`,
      citations: [...quotes.line(evidence, labelled(name)), ...quotes.object(object)],
      score: levels.now >= FULL ? 0.95 : 0.8,
      explains: users.map(({ ref }) => ref),
      since: null,
    },
  ];
}
