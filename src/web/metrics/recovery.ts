import { Counter, type Registry } from 'prom-client';

/** What looks for lost work found. */
export interface RecoveryMetrics {
  swept(outcome: 'done' | 'failed'): void;
  /** A sweep found something and did this about it. */
  sweepActed(action: string): void;
  /** Senders were asked for what their webhooks lost. */
  reconciled(outcome: 'done' | 'failed'): void;
  /** A delivery that no webhook told. */
  found(source: string, status: string): void;
}

export function recoveryMetrics(registry: Registry): RecoveryMetrics {
  return { ...sweepMetrics(registry), ...reconcileMetrics(registry) };
}

function sweepMetrics(registry: Registry): Pick<RecoveryMetrics, 'swept' | 'sweepActed'> {
  const registers = [registry];
  const sweeps = new Counter({
    name: 'probable_cause_sweeps_total',
    help: 'Looks for lost work by this worker.',
    labelNames: ['outcome'],
    registers,
  });
  const actions = new Counter({
    name: 'probable_cause_sweep_actions_total',
    help: 'What those looks found and asked for again, or left to a person (dead-letter).',
    labelNames: ['action'],
    registers,
  });
  return {
    swept: (outcome) => sweeps.inc({ outcome }),
    sweepActed: (action) => actions.inc({ action }),
  };
}

function reconcileMetrics(registry: Registry): Pick<RecoveryMetrics, 'reconciled' | 'found'> {
  const registers = [registry];
  const looks = new Counter({
    name: 'probable_cause_reconciliations_total',
    help: 'How often this worker asked the senders of webhooks for what fires.',
    labelNames: ['outcome'],
    registers,
  });
  const found = new Counter({
    name: 'probable_cause_reconciled_deliveries_total',
    help: 'Deliveries that no webhook told and that were found by asking.',
    labelNames: ['source', 'status'],
    registers,
  });
  return {
    reconciled: (outcome) => looks.inc({ outcome }),
    found: (source, status) => found.inc({ source, status }),
  };
}
