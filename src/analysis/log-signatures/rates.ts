import { type LogSignature, signatures } from './signature.ts';

/** Calls that are refused because there are too many of them: whoever makes them has to slow down, or to be allowed more. */
export const RATE_SIGNATURES: readonly LogSignature[] = signatures(
  { failureMode: 'rate-limited', blames: 'speaker', score: 0.78 },
  [
    [
      /\b(?:status|code|HTTP\/[\d.]+)["=: ]{0,4}429\b|\b429 Too Many Requests\b/i,
      'is told by an upstream that it calls too often',
    ],
    [
      /\b(?:rate limit|API rate limit|quota for quota metric) .{0,60}exceeded\b|\brate limit reached\b|\bRateLimitError\b/i,
      'is told by an upstream that it calls too often',
    ],
    [
      /\bThrottlingException\b|\bTooManyRequestsException\b|\bRequestLimitExceeded\b|\bProvisionedThroughputExceededException\b/,
      'is throttled by an upstream',
    ],
  ],
);
