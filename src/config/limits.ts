import type { z } from 'zod';
import { amount, section, whole } from './fields.ts';

/** The `limits` section. Reaching a limit degrades a result and says so; it never fails an incident. */
export const LimitsSection = section({
  turns: whole(1, 100).default(12).describe('Model turns of one investigation.'),
  tokens: whole(1_000, 100_000_000)
    .default(500_000)
    .describe('Tokens of one investigation: in, out and cached, all turns together.'),
  usd: amount(1_000).default(1).describe('US dollars of one investigation, by `model.prices`.'),
  seconds: whole(1, 86_400).default(300).describe('Wall-clock seconds of one investigation.'),
  modelSeconds: whole(1, 3_600)
    .default(120)
    .describe('Seconds that one answer of the model may take.'),
  toolSeconds: whole(1, 30).default(15).describe('Seconds that one tool call may take.'),
  toolCalls: whole(1, 1_000).default(150).describe('Tool calls of one investigation.'),
  concurrentToolCalls: whole(1, 64)
    .default(32)
    .describe('Tool calls in flight in one investigation.'),
  concurrentToolCallsPerEnvironment: whole(1, 256)
    .default(64)
    .describe(
      'Tool calls in flight in one environment, of all clients of one process together; one alone gets half.',
    ),
  toolCallsPerMinute: whole(1, 100_000)
    .default(600)
    .describe('Tool calls of one client, or of one investigation, in a minute.'),
  outputBytes: whole(10_000, 1_000_000)
    .default(200_000)
    .describe('Bytes of text of one tool output; what is left out is told at its end.'),
  evidenceBytes: whole(1_000, 1_000_000)
    .default(12_000)
    .describe(
      'Bytes of one output that the model sees, head and tail; `read_evidence` gives the rest.',
    ),
  storedBytes: whole(10_000, 64_000_000)
    .default(4_000_000)
    .describe('Bytes of one output that are kept.'),
  concurrentInvestigations: whole(1, 1_000)
    .default(2)
    .describe('Investigations that one worker runs at the same time.'),
  investigationsPerHour: whole(1, 100_000)
    .default(60)
    .describe(
      'Investigations with a model that begin within an hour; further ones report what was gathered.',
    ),
  usdPerHour: amount(100_000)
    .default(20)
    .describe('US dollars of all investigations that begin within an hour; then as above.'),
  usdPerAlertname: amount(100_000)
    .default(5)
    .describe('US dollars of one `alertname` within an hour; then as above.'),
  gatherSeconds: whole(0, 600)
    .default(20)
    .describe(
      'Seconds that an investigation waits for incidents of the same storm to share it, unless it is urgent; 0: none is shared.',
    ),
  gatherCrowd: whole(1, 10_000)
    .default(10)
    .describe(
      'Incidents opened within a minute above which further ones share an investigation whatever they are about.',
    ),
  followUpMinutes: whole(0, 1_440)
    .default(5)
    .describe(
      'Minutes after a resolution until the suspected cause is looked at again, without a model; 0: never.',
    ),
  webhookBytes: whole(10_000, 64_000_000)
    .default(8_388_608)
    .describe('Bytes of one webhook body; a longer one is answered with 413.'),
  drainSeconds: whole(0, 3_600)
    .default(25)
    .describe('Seconds that running work gets to end after SIGTERM; then it is handed back.'),
  canarySeconds: whole(1, 3_600)
    .default(60)
    .describe('Seconds without a job coming through, after which `/healthz` of a worker fails.'),
  sweepSeconds: whole(1, 86_400)
    .default(60)
    .describe('Seconds between two looks for work that got lost, of all workers together.'),
});
export type Limits = z.output<typeof LimitsSection>;
