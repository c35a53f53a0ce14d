import { Counter, Histogram, type Registry } from 'prom-client';

/** Its names are labels, so they must come from a list of ours and never from a caller. */
interface ToolCallMeasured {
  environment: string;
  tool: string;
  outcome: string;
  seconds: number;
  /** Of the output. */
  bytes: number;
}

/** The tool server. */
export interface ToolCallMetrics {
  toolCalled(call: ToolCallMeasured): void;
  auditEntryLost(): void;
  /** Of the MCP endpoint; the reason comes from a list of ours. */
  callerRefused(reason: string): void;
}

export function toolCallMetrics(registry: Registry): ToolCallMetrics {
  return {
    toolCalled: toolMetrics(registry),
    auditEntryLost: auditMetric(registry),
    callerRefused: refusalMetric(registry),
  };
}

function toolMetrics(registry: Registry): ToolCallMetrics['toolCalled'] {
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

function auditMetric(registry: Registry): ToolCallMetrics['auditEntryLost'] {
  const lost = new Counter({
    name: 'probable_cause_audit_entries_lost_total',
    help: 'Tool calls that the audit log did not get; they are in the log of the program.',
    registers: [registry],
  });
  return () => lost.inc();
}

function refusalMetric(registry: Registry): ToolCallMetrics['callerRefused'] {
  const refused = new Counter({
    name: 'probable_cause_mcp_refused_total',
    help: 'Requests to the MCP endpoint that were turned away before they were read, by reason.',
    labelNames: ['reason'],
    registers: [registry],
  });
  return (reason) => refused.inc({ reason });
}
