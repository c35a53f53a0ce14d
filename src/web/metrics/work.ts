import { Counter, Histogram, type Registry } from 'prom-client';
import type { JobKind } from '../../queue/jobs.ts';
import type { Report } from '../../report/report.ts';

type JobOutcome = 'done' | 'failed' | 'retried';

/** An alert's way: webhooks, jobs, investigations, messages. */
export interface WorkMetrics {
  webhookReceived(source: string, outcome: string, seconds: number): void;
  jobFinished(kind: JobKind, outcome: JobOutcome, seconds: number): void;
  investigationConcluded(report: Report): void;
  /** What became of messages of one channel. */
  messages(channel: string, outcome: 'posted' | 'edited' | 'refused', number: number): void;
}

export function workMetrics(registry: Registry): WorkMetrics {
  return {
    webhookReceived: webhookMetric(registry),
    jobFinished: jobMetric(registry),
    investigationConcluded: investigationMetrics(registry),
    messages: messageMetric(registry),
  };
}

function webhookMetric(registry: Registry): WorkMetrics['webhookReceived'] {
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

function jobMetric(registry: Registry): WorkMetrics['jobFinished'] {
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

function investigationMetrics(registry: Registry): WorkMetrics['investigationConcluded'] {
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

function messageMetric(registry: Registry): WorkMetrics['messages'] {
  const messages = new Counter({
    name: 'probable_cause_messages_total',
    help: 'Messages, by channel and by what became of them. Refused ones wait for a person to do something.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  return (channel, outcome, number) => messages.inc({ channel, outcome }, number);
}
