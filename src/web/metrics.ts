import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { withDeadline } from '../lib/deadline.ts';
import { type JobKind, jobKinds } from '../queue/jobs.ts';
import type { JobCounts } from '../queue/queue.ts';
import type { Report } from '../report/report.ts';

type JobOutcome = 'done' | 'failed' | 'retried';

/** Its names are labels, so they must come from a list of ours and never from a caller. */
interface ToolCallMeasured {
  environment: string;
  tool: string;
  outcome: string;
  seconds: number;
  /** Of the output. */
  bytes: number;
}

/** What the program counts, in its own words; only {@link createMetrics} knows prom-client. */
export interface Metrics {
  webhookReceived(source: string, outcome: string, seconds: number): void;
  jobFinished(kind: JobKind, outcome: JobOutcome, seconds: number): void;
  investigationConcluded(report: Report): void;
  toolCalled(call: ToolCallMeasured): void;
  auditEntryLost(): void;
  swept(outcome: 'done' | 'failed'): void;
  /** Senders were asked for what their webhooks lost. */
  reconciled(outcome: 'done' | 'failed'): void;
  /** A delivery that no webhook told. */
  found(source: string, status: string): void;
  /** What became of messages of one channel. */
  messages(channel: string, outcome: 'posted' | 'edited' | 'refused', number: number): void;
  /** A sweep found something and did this about it. */
  sweepActed(action: string): void;
  /** Of the MCP endpoint; the reason comes from a list of ours. */
  callerRefused(reason: string): void;
  /** The page that Prometheus scrapes. */
  render(): Promise<{ contentType: string; text: string }>;
}

export interface MetricsOptions {
  /** Asked at each scrape for what waits in the queue. */
  counts?: (kind: JobKind) => Promise<JobCounts>;
  /** Also those of the process itself: memory, event loop, garbage collection. Default: true. */
  process?: boolean;
}

const COUNTS_DEADLINE_MS = 2_000;

/** A registry of its own, so that two programs in one process (a test, the demo) do not add up. */
export function createMetrics({ counts, process = true }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  const refresh = counts ? queueMetrics(registry, counts) : async () => {};
  return {
    webhookReceived: webhookMetric(registry),
    jobFinished: jobMetric(registry),
    investigationConcluded: investigationMetrics(registry),
    toolCalled: toolMetrics(registry),
    auditEntryLost: auditMetric(registry),
    ...reconcileMetrics(registry),
    messages: messageMetric(registry),
    ...sweepMetrics(registry),
    callerRefused: refusalMetric(registry),
    render: async () => {
      await refresh();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function webhookMetric(registry: Registry): Metrics['webhookReceived'] {
  const labelNames = ['source', 'outcome'] as const;
  const received = new Counter({
    name: 'probable_cause_webhooks_received_total',
    help: 'Webhook requests, by source and by what became of them.',
    labelNames,
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'probable_cause_webhook_duration_seconds',
    help: 'From the arrival of a webhook request to its answer.',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  return (source, outcome, seconds) => {
    received.inc({ source, outcome });
    duration.observe({ source, outcome }, seconds);
  };
}

function jobMetric(registry: Registry): Metrics['jobFinished'] {
  const labelNames = ['kind', 'outcome'] as const;
  const duration = new Histogram({
    name: 'probable_cause_job_duration_seconds',
    help: 'Jobs that were worked on, by kind and by how they ended.',
    labelNames,
    buckets: [0.01, 0.05, 0.25, 1, 5, 15, 60, 180, 600],
    registers: [registry],
  });
  return (kind, outcome, seconds) => duration.observe({ kind, outcome }, seconds);
}

function investigationMetrics(registry: Registry): Metrics['investigationConcluded'] {
  const registers = [registry];
  const concluded = new Counter({
    name: 'probable_cause_investigations_concluded_total',
    help: 'Investigations with a report, by verdict, by author and by the limit that ended them early.',
    labelNames: ['verdict', 'author', 'stopped_by'],
    registers,
  });
  const tokens = new Counter({
    name: 'probable_cause_model_tokens_total',
    help: 'Tokens that the model took and gave.',
    labelNames: ['direction'],
    registers,
  });
  const usd = new Counter({
    name: 'probable_cause_model_usd_total',
    help: 'US dollars that the model cost, by the configured prices.',
    registers,
  });
  const toolCalls = new Counter({
    name: 'probable_cause_investigation_tool_calls_total',
    help: 'Tool calls of concluded investigations.',
    registers,
  });
  return ({ verdict, author, stopped, usage }) => {
    concluded.inc({ verdict, author, stopped_by: stopped?.limit ?? 'none' });
    tokens.inc({ direction: 'input' }, usage.inputTokens);
    tokens.inc({ direction: 'output' }, usage.outputTokens);
    tokens.inc({ direction: 'cache_read' }, usage.cacheReadTokens);
    usd.inc(usage.usd);
    toolCalls.inc(usage.toolCalls);
  };
}

function toolMetrics(registry: Registry): Metrics['toolCalled'] {
  const registers = [registry];
  const calls = new Counter({
    name: 'probable_cause_tool_calls_total',
    help: 'Calls of tools, by how they ended.',
    labelNames: ['environment', 'tool', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'probable_cause_tool_call_duration_seconds',
    help: 'From the arrival of a tool call to its answer.',
    labelNames: ['environment', 'tool'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30],
    registers,
  });
  const bytes = new Counter({
    name: 'probable_cause_tool_output_bytes_total',
    help: 'Bytes that tools gave, text and structured.',
    labelNames: ['environment', 'tool'],
    registers,
  });
  return ({ environment, tool, outcome, ...call }) => {
    calls.inc({ environment, tool, outcome });
    duration.observe({ environment, tool }, call.seconds);
    bytes.inc({ environment, tool }, call.bytes);
  };
}

function reconcileMetrics(registry: Registry): Pick<Metrics, 'reconciled' | 'found'> {
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

function messageMetric(registry: Registry): Metrics['messages'] {
  const messages = new Counter({
    name: 'probable_cause_messages_total',
    help: 'Messages, by channel and by what became of them. Refused ones wait for a person to do something.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  return (channel, outcome, number) => messages.inc({ channel, outcome }, number);
}

function auditMetric(registry: Registry): Metrics['auditEntryLost'] {
  const lost = new Counter({
    name: 'probable_cause_audit_entries_lost_total',
    help: 'Tool calls that the audit log did not get; they are in the log of the program.',
    registers: [registry],
  });
  return () => lost.inc();
}

function sweepMetrics(registry: Registry): Pick<Metrics, 'swept' | 'sweepActed'> {
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

function refusalMetric(registry: Registry): Metrics['callerRefused'] {
  const refused = new Counter({
    name: 'probable_cause_mcp_refused_total',
    help: 'Requests to the MCP endpoint that were turned away before they were read, by reason.',
    labelNames: ['reason'],
    registers: [registry],
  });
  return (reason) => refused.inc({ reason });
}

/** Gauges of the queue, and the function that brings them up to date. */
function queueMetrics(
  registry: Registry,
  counts: (kind: JobKind) => Promise<JobCounts>,
): () => Promise<void> {
  const registers = [registry];
  const up = new Gauge({
    name: 'probable_cause_queue_up',
    help: 'Whether the queue answered at this scrape.',
    registers,
  });
  const jobs = new Gauge({
    name: 'probable_cause_queue_jobs',
    help: 'Jobs in the queue, by kind and state.',
    labelNames: ['kind', 'state'],
    registers,
  });
  const dead = new Gauge({
    name: 'probable_cause_dead_letters',
    help: 'Jobs that failed for good and wait for a person (`probable-cause queue list`), by kind.',
    labelNames: ['kind'],
    registers,
  });
  return async () => {
    // An old figure would look like a live one, so a queue that does not answer has none.
    jobs.reset();
    dead.reset();
    try {
      const all = await withDeadline(COUNTS_DEADLINE_MS, () =>
        Promise.all(jobKinds.map(async (kind) => ({ kind, states: await counts(kind) }))),
      );
      for (const { kind, states } of all) {
        for (const [state, number] of Object.entries(states)) jobs.set({ kind, state }, number);
        dead.set({ kind }, states.failed);
      }
      up.set(1);
    } catch {
      up.set(0);
    }
  };
}
