import { ModelError, type ModelFailure } from './model.ts';

/** Why one attempt gave nothing, and whether the same request may succeed a moment later. */
export interface Failure {
  kind: ModelFailure;
  /** What happened, in words that go on in a sentence. */
  what: string;
  /** What the operator can do about it, in the same way; null when it is only to wait. */
  advice: string | null;
  retry: boolean;
  /** What the other side asked to wait, in milliseconds; null when it did not say. */
  retryAfterMs: number | null;
}

export function toModelError({ kind, what, advice }: Failure): ModelError {
  return new ModelError(kind, advice === null ? what : `${what}; ${advice}`);
}

/** An answer of the Messages API that is an error, as plain data. */
export interface ErrorAnswer {
  /** The HTTP status; null when the error came as an event in a stream that had begun. */
  status: number | null;
  /** `error.type` of the body; null when the body is not the API's own JSON (a gateway's page). */
  type: string | null;
  /** `error.message` of the body, with the key taken out. */
  said: string | null;
  /** The `retry-after` header. */
  retryAfter: string | null;
}

/** Where a call went, as it may be named in words: a host without credentials, and a model. */
export interface Callee {
  host: string;
  model: string;
}

const LONGEST_QUOTE = 300;

export function errorAnswer(answer: ErrorAnswer, callee: Callee): Failure {
  const kind = classify(answer);
  const status = answer.status === null ? 'an error' : `status ${answer.status}`;
  const said = answer.said === null ? '' : `: ${oneLine(answer.said)}`;
  return {
    kind,
    what: `${callee.host} answered with ${status}${said}`,
    advice: kind === 'rejected' ? settingToFix(answer, callee) : null,
    retry: kind !== 'rejected',
    retryAfterMs: milliseconds(answer.retryAfter),
  };
}

/** `code` is the operating system's, such as ECONNREFUSED; null when there is none. */
export function unreachable(callee: Callee, code: string | null): Failure {
  return {
    kind: 'unreachable',
    what: `${callee.host} cannot be reached, or broke the connection${code === null ? '' : ` (${code})`}`,
    advice: 'check ANTHROPIC_BASE_URL, the network and the proxy',
    retry: true,
    retryAfterMs: null,
  };
}

/** Not tried again: the time that another attempt would take has been spent already. */
export function timedOut(callee: Callee, timeoutMs: number): Failure {
  return {
    kind: 'unreachable',
    what: `${callee.host} gave no whole answer within ${timeoutMs / 1000} s`,
    advice: null,
    retry: false,
    retryAfterMs: null,
  };
}

/** Not tried again: the answer was paid for, and its sender would most likely give the same one. */
export function unreadable(callee: Callee, why: string): Failure {
  return {
    kind: 'unreadable',
    what: `The answer of ${callee.host} cannot be read: ${oneLine(why)}`,
    advice: 'if ANTHROPIC_BASE_URL is set, check that it speaks the Messages API',
    retry: false,
    retryAfterMs: null,
  };
}

function classify({ status, type }: ErrorAnswer): ModelFailure {
  if (status === 429 || status === 529) return 'overloaded';
  if (type === 'rate_limit_error' || type === 'overloaded_error') return 'overloaded';
  const passing =
    status === null
      ? type === 'api_error' || type === 'timeout_error'
      : status >= 500 || status === 408 || status === 409;
  return passing ? 'unreachable' : 'rejected';
}

function settingToFix({ status, type }: ErrorAnswer, { model }: Callee): string {
  switch (status) {
    case 401:
      return 'check ANTHROPIC_API_KEY';
    case 402:
      return 'check the billing of the account that ANTHROPIC_API_KEY belongs to';
    case 403:
      return `check that ANTHROPIC_API_KEY may use MODEL "${model}"`;
    case 404:
      return type === 'not_found_error'
        ? `check MODEL: "${model}" is not offered there`
        : 'check ANTHROPIC_BASE_URL: it is the part of the address before /v1/messages';
    case 413:
      return 'the request is too large: where a gateway says so, raise its limit or check ANTHROPIC_BASE_URL';
    default:
      return `check that MODEL "${model}" takes adaptive thinking and structured output, and that ANTHROPIC_BASE_URL, if set, speaks the Messages API`;
  }
}

/** What others write into an answer must not break out of a log line or a thread. */
function oneLine(said: string): string {
  const line = said.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const short = line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
  return short.replace(/\.$/, '');
}

/** The API sends seconds. The header's other form, a date, depends on two clocks and is not used. */
function milliseconds(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
