import { z } from 'zod';
import type { TimeWindow } from '../alert/window.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { Change } from '../tools/changes/change.ts';
import { type CallFailure, callFailuresOf } from './call-failures.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import { type Dependencies, dependenciesOf } from './dependencies.ts';
import { type Logs, logsOf } from './logs.ts';
import { type MetricSeries, metricsOf } from './metrics.ts';
import type { ObjectRef } from './object-ref.ts';
import { createQuotes, type Quotes } from './quotes.ts';
import { type Sighting, sightingsOf } from './sightings.ts';
import { type Symptom, targetsOf } from './symptom.ts';
import { type SystemPods, systemPodsOf } from './system-pods.ts';

/** All that was read, in the terms that analysers think in. */
export interface Situation {
  symptom: Symptom;
  /** What the symptom names; empty when nothing that the cluster knows. */
  targets: readonly ObjectRef[];
  window: TimeWindow;
  cluster: Cluster;
  dependencies: Dependencies;
  logs: Logs;
  /** What logs say of calls that failed, the oldest first. */
  callFailures: readonly CallFailure[];
  /** What the logs say that is known and matters here. */
  sightings: readonly Sighting[];
  metrics: readonly MetricSeries[];
  changes: readonly KnownChange[];
  /** Of kube-system, where the cluster's own parts run; null where it could not be read. */
  systemPods: SystemPods | null;
  quotes: Quotes;
  /** For what has no reader of its own here; errors are left out. */
  evidence: readonly Evidence[];
}

export interface KnownChange extends Change {
  evidence: string;
}

const Changes = z.object({ changes: z.array(Change) });

export function situationOf(
  symptom: Symptom,
  window: TimeWindow,
  all: readonly Evidence[],
): Situation {
  const evidence = all.filter(({ isError }) => !isError);
  const cluster = clusterOf(evidence);
  const logs = logsOf(evidence, cluster);
  const callFailures = callFailuresOf(logs, cluster);
  const metrics = metricsOf(evidence, cluster);
  return {
    symptom,
    targets: targetsOf(symptom, cluster),
    window,
    cluster,
    dependencies: dependenciesOf(cluster, logs, callFailures, metrics),
    logs,
    callFailures,
    metrics,
    sightings: sightingsOf(logs, cluster, symptom, window),
    changes: evidence.flatMap(({ id, tool, structured }) => {
      const parsed = tool === 'recent_changes' ? Changes.safeParse(structured) : null;
      return parsed?.success
        ? parsed.data.changes.map((change) => ({ ...change, evidence: id }))
        : [];
    }),
    systemPods: systemPodsOf(evidence),
    quotes: createQuotes(evidence),
    evidence,
  };
}
