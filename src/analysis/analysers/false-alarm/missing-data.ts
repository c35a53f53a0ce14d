import { unhealthyOnChain } from '../../chain-health.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf } from '../../object-ref.ts';
import { quoteSeries } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

const NAMED =
  /TargetDown|Absent|MissingData|NoData|DatasourceError|Metrics(?:Missing|Down)|ScrapeFail|ExporterDown/i;
const ABSENT = /\babsent(?:_over_time)?\s*\(|\bup\s*(?:\{[^{}]*\})?\s*==\s*0/;
/** Written by Grafana when a query gives nothing, whatever the rule is about. */
const DATASOURCE = /^Datasource(?:NoData|Error)$/;
const RECENT_MS = 5 * 60_000;

/** Alerts that tell of metrics that are not there, while what they would measure is well. */
export const missingData: Analyser = {
  looksFor: 'metrics that are missing though what they measure is well',
  analyse(situation) {
    const { symptom, cluster } = situation;
    const isAbout =
      NAMED.test(symptom.name) || symptom.expressions.some((query) => ABSENT.test(query));
    if (!isAbout || cluster.snapshots.size === 0) return [];
    if (unhealthyOnChain(situation).length > 0) return [];
    return unmeasured(situation);
  },
};

function unmeasured(situation: Situation): Finding[] {
  const { symptom, targets, quotes, metrics, window } = situation;
  const [target] = targets;
  // Pods that the kubelet still measures run: it is their own metrics that are not read.
  const since = Date.parse(window.to) - RECENT_MS;
  const measured = metrics.find(
    ({ id, subject, points }) =>
      (id === 'cpu' || id === 'memory') &&
      targets.some((it) => it.kind === subject?.kind && it.name === subject.name) &&
      (points.at(-1)?.[0] ?? 0) * 1000 >= since,
  );
  if (target === undefined) return [];
  return [
    {
      failureMode: 'monitoring-failure',
      object: target,
      severity: 'warning',
      statement: `${symptom.name} tells of metrics that are missing, and ${nameOf(target)} itself is well.`,
      why: measured
        ? 'Its pods are ready, and the kubelet still measures them.'
        : 'Its pods are ready, and so is everything that they need.',
      citations: [
        ...(measured ? quoteSeries(measured, situation).slice(0, 1) : []),
        ...targets.flatMap((ref) => quotes.object(ref)).slice(0, 2),
      ],
      score: DATASOURCE.test(symptom.name) ? 0.75 : 0.66,
      explains: [],
      since: null,
    },
  ];
}
