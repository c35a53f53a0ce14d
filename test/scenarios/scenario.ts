import type { Delivery } from '../../src/alert/alert.ts';
import type { ModelTurn } from '../../src/models/model.ts';
import type { KubernetesObject } from '../fakes/kubernetes.ts';
import type { FakeStream } from '../fakes/loki.ts';
import type { SeriesByQuery } from './series.ts';

/**
 * A night in a made-up cluster: what Alertmanager sent, what the three systems would answer, and how a
 * person who knows the trade would have investigated it. Each is a file of the scenario's folder.
 */
export interface Scenario {
  /** Of its folder, and of the case that is made from it. */
  name: string;
  title: string;
  /** `alert.ts` */
  delivery: Delivery;
  /** `kubernetes.ts` */
  objects: KubernetesObject[];
  /** `prometheus.ts` */
  queries: SeriesByQuery;
  /** `loki.ts` */
  streams: FakeStream[];
  /** `turns.ts` */
  turns: ModelTurn[];
}
