import type { Random } from '../../evidence/random.ts';
import type { Recorder } from '../recorder.ts';
import type { PagerDutyAccount } from '../stage.ts';

/** Alerts that belong together, and how their night goes. */
export interface Group {
  name: string;
  /** The alerts that fire first. */
  first: readonly string[];
  /** Those and the ones that join them. */
  all: readonly string[];
  /** Whether they end. */
  resolves: boolean;
}

/** A way for alerts to come in. */
export interface Generator {
  name: string;
  /** How many alerts one of its groups may have. */
  groupMax: number;
  /** Resolves when every alert of the group was in a delivery that was accepted. */
  play(group: Group, random: Random): Promise<void>;
}

export interface Outside {
  /** Where deliveries are sent. */
  recorder: Recorder;
  /** Where the program asks for the alerts behind an incident. */
  pagerduty: PagerDutyAccount;
  /** A directory for files. */
  dir: string;
}

/** Null when what it needs is not installed. */
export type OpenGenerator = (outside: Outside) => Promise<Generator | null>;

export const GROUP_MAX = 19;
/** At most so long between what is told of a group. */
export const PAUSE_MS = 1_500;
