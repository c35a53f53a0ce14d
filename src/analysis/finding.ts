import type { FailureMode } from '../report/failure-modes.ts';
import type { Citation } from '../report/report.ts';
import type { ObjectRef } from './object-ref.ts';
import type { Situation } from './situation.ts';

/** What an analyser says, in words that the evidence holds. */
export interface Finding {
  failureMode: FailureMode;
  /** What a person would change or repair: the workload for what its pod template says, the node for a node's fault. */
  object: ObjectRef;
  /** How much it breaks: critical stops what the object is for, warning impairs it, info only stands out. */
  severity: 'critical' | 'warning' | 'info';
  /** One sentence: what is wrong. */
  statement: string;
  /** One sentence: how the evidence leads there. */
  why: string;
  /** At least one; quotes stand in the evidence to the letter. */
  citations: Citation[];
  /**
   * How surely the evidence shows this failure on this object, whatever it has to do with the alert: 0.9 and above where
   * a component says so in so many words, about 0.7 where nothing else fits, 0.5 where other causes look the same, 0.3
   * where it merely coincides.
   */
  score: number;
  /** Objects whose trouble follows from this. */
  explains: ObjectRef[];
  /** When it began, RFC 3339; null where nothing tells. */
  since: string | null;
}

/** Looks for one family of failures. Pure: the same situation gives the same findings. */
export interface Analyser {
  /** As it completes "Looked for …", for a report that has found nothing. */
  looksFor: string;
  analyse(situation: Situation): Finding[];
}
