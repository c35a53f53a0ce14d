import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { createMetrics } from '../../src/web/metrics/metrics.ts';

describe('metrics', () => {
  const usage: Report['usage'] = {
    inputTokens: 10,
    outputTokens: 20,
    cacheReadTokens: 30,
    usd: 0.5,
    turns: 2,
    toolCalls: 4,
    wallMs: 9,
  };
  const report: Report = {
    version: 1,
    incidentId: 'i',
    runId: 'r',
    verdict: 'inconclusive',
    rootCause: null,
    candidates: [],
    claims: [],
    ruledOut: [],
    gaps: [],
    nextSteps: [],
    impact: '',
    timeline: [],
    author: 'model',
    model: 'm',
    usage,
    stopped: { limit: 'usd', detail: '' },
  };

  it('say what happened', async () => {
    const metrics = createMetrics({
      process: false,
      counts: async (kind) => ({
        waiting: kind === 'intake' ? 3 : 0,
        active: 1,
        delayed: 0,
        failed: 2,
      }),
    });
    metrics.webhookReceived('alertmanager', 'accepted', 0.002);
    metrics.jobFinished('intake', 'done', 0.1);
    metrics.investigationConcluded(report);
    metrics.toolCalled({
      environment: 'eu',
      tool: 'search_logs',
      outcome: 'ok',
      seconds: 0.2,
      bytes: 1_800,
    });
    metrics.auditEntryLost();
    metrics.reconciled('done');
    metrics.found('alertmanager', 'firing');
    metrics.messages('pagerduty', 'posted', 2);
    metrics.swept('done');
    metrics.sweepActed('run-requested');
    metrics.callerRefused('wrong_token');
    const { text } = await metrics.render();
    for (const line of [
      'probable_cause_webhooks_received_total{source="alertmanager",outcome="accepted"} 1',
      'probable_cause_webhook_duration_seconds_bucket{le="0.0025",source="alertmanager",outcome="accepted"} 1',
      'probable_cause_job_duration_seconds_count{kind="intake",outcome="done"} 1',
      'probable_cause_investigations_concluded_total{verdict="inconclusive",author="model",stopped_by="usd"} 1',
      'probable_cause_model_tokens_total{direction="cache_read"} 30',
      'probable_cause_model_usd_total 0.5',
      'probable_cause_investigation_tool_calls_total 4',
      'probable_cause_tool_calls_total{environment="eu",tool="search_logs",outcome="ok"} 1',
      'probable_cause_tool_call_duration_seconds_bucket{le="0.25",environment="eu",tool="search_logs"} 1',
      'probable_cause_tool_output_bytes_total{environment="eu",tool="search_logs"} 1800',
      'probable_cause_audit_entries_lost_total 1',
      'probable_cause_reconciliations_total{outcome="done"} 1',
      'probable_cause_reconciled_deliveries_total{source="alertmanager",status="firing"} 1',
      'probable_cause_messages_total{channel="pagerduty",outcome="posted"} 2',
      'probable_cause_sweeps_total{outcome="done"} 1',
      'probable_cause_sweep_actions_total{action="run-requested"} 1',
      'probable_cause_mcp_refused_total{reason="wrong_token"} 1',
      'probable_cause_queue_jobs{kind="intake",state="waiting"} 3',
      'probable_cause_dead_letters{kind="deliver"} 2',
      'probable_cause_queue_up 1',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('do not show old figures for a queue that has gone', async () => {
    let gone = false;
    const metrics = createMetrics({
      process: false,
      counts: async () => {
        if (gone) throw new Error('gone');
        return { waiting: 1, active: 0, delayed: 0, failed: 0 };
      },
    });
    expect((await metrics.render()).text).toContain('queue_jobs{kind="deliver",state="waiting"} 1');
    gone = true;
    const { text } = await metrics.render();
    expect(text).toContain('probable_cause_queue_up 0');
    expect(text).not.toContain('queue_jobs{');
    expect(text).not.toContain('dead_letters{');
  });

  it('of two programs in one process do not add up', async () => {
    const [one, two] = [createMetrics(), createMetrics()];
    one.webhookReceived('alertmanager', 'accepted', 0);
    expect((await two.render()).text).not.toContain('outcome="accepted"');
    expect((await two.render()).text).toContain('process_cpu_seconds_total');
  });
});
