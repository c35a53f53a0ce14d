import { z } from 'zod';
import { truncate } from '../../lib/escape.ts';
import { withoutAddresses } from '../http.ts';
import { ToolError } from '../tool.ts';

const MAX_REASON = 1_000;
const MAX_QUERY = 1_000;

const ErrorAnswer = z.object({ errorType: z.string(), error: z.string() });

/** Prometheus answered, but with a refusal. `status` is the HTTP status. */
export class PrometheusFailure extends ToolError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Refused {
  /** What was asked for, such as `/api/v1/rules`. */
  path: string;
  status: number;
  body: unknown;
  /** The query as it was sent, where it is not the caller's own. */
  rewritten: string | null;
}

/** Puts an answer that is not 200 into words. */
export function refusal({ path, status, body, rewritten }: Refused): PrometheusFailure {
  const answer = ErrorAnswer.safeParse(body);
  return new PrometheusFailure(
    status,
    answer.success ? explain(answer.data, rewritten) : words(status, path),
  );
}

function explain(
  { errorType, error }: z.infer<typeof ErrorAnswer>,
  rewritten: string | null,
): string {
  const reason = truncate(withoutAddresses(withoutStack(error)), MAX_REASON);
  const positioned = rewritten !== null && /\b\d+:\d+: |\bchar \d+/.test(reason);
  return [
    `Prometheus refused the query (${errorType}): ${reason}`,
    ...advice(reason),
    ...(positioned ? [`It was sent as: ${truncate(rewritten, MAX_QUERY)}`] : []),
  ].join('\n');
}

/** A panic of the engine is told with its stack. */
function withoutStack(error: string): string {
  return error.split(/\n+(?=goroutine \d|\s+at |.*\.go:\d)/)[0]?.trim() ?? '';
}

const ADVICE: readonly (readonly [symptom: RegExp, advice: string])[] = [
  [
    /timed out|deadline exceeded|too many samples|load too many|query processing would/i,
    'Narrow it: more label matchers, a shorter time range, a larger step, or shorter [ranges] in the query.',
  ],
  [
    /many-to-many|many-to-one|found duplicate series/i,
    'Name the labels that pair the two sides: on (…) with group_left or group_right, or aggregate one side first.',
  ],
  [/exceeded maximum resolution/i, 'Use a larger step or a shorter time range.'],
];

function advice(reason: string): string[] {
  const found = ADVICE.find(([symptom]) => symptom.test(reason));
  return found ? [found[1]] : [];
}

/** What systems that only answer queries do without. */
const OPTIONAL = /^\/api\/v1\/(rules|targets|metadata)$/;

function words(status: number, path: string): string {
  if (status === 401 || status === 403) {
    return `Prometheus refused the credentials (HTTP ${status}).`;
  }
  const optional = OPTIONAL.exec(path)?.[1];
  if (status === 404 && optional !== undefined) {
    return `This Prometheus does not tell its ${optional} (HTTP 404): not every system that answers PromQL does.`;
  }
  if (status === 404) return 'There is no Prometheus API at the configured URL (HTTP 404).';
  return `Prometheus failed (HTTP ${status}).`;
}
