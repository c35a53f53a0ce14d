import type { Delivery } from '../src/alert/alert.ts';
import type { Secret } from '../src/config/secret.ts';
import type { Clock } from '../src/lib/clock.ts';
import { DeadlineExceeded, withDeadline } from '../src/lib/deadline.ts';
import type { Logger } from '../src/lib/log.ts';
import { type Queue, QueueUnavailable } from '../src/queue/queue.ts';
import { type Answer, refusal } from '../src/web/answer.ts';
import type { Caller } from '../src/web/local-caller.ts';
import type { Metrics } from '../src/web/metrics.ts';
import { refuseSender } from './auth.ts';
import { BodyAborted, BodyTooLarge, readBody } from './body.ts';
import { firstSyntaxError } from './json-syntax.ts';
import { DecodeError, type Source } from './sources/source.ts';

/** A webhook request, whatever server took it. */
export interface WebhookRequest {
  caller: Caller;
  authorization: string | undefined;
  contentEncoding: string | undefined;
  contentLength: string | undefined;
  body: AsyncIterable<Uint8Array>;
}

export interface ReceiveOptions {
  /** Any one lets a sender in; none: only senders on this machine. */
  tokens: readonly Secret[];
  maxBytes: number;
  queue: Pick<Queue, 'add'>;
  metrics: Pick<Metrics, 'webhookReceived'>;
  log: Logger;
  clock: Clock;
  /** A new id at each call. */
  newId: () => string;
  /** How long the queue may take to hold a job. Default: 2,000, within which every sender still waits. */
  deadlineMs?: number;
}

/** What became of a request, as the metric names it. */
type Outcome =
  | 'accepted'
  | 'unauthorized'
  | 'unsupported_encoding'
  | 'too_large'
  | 'aborted'
  | 'malformed'
  | 'invalid'
  | 'queue_unavailable'
  | 'error';

interface Result {
  outcome: Outcome;
  answer: Answer;
}

/**
 * Receives one source's webhooks: verify, decode, enqueue. The answer is 202 only when the queue holds the
 * job, and 503 when that is not certain, because senders repeat after 5xx and never after 4xx.
 */
export function createReceiver(
  source: Source,
  options: ReceiveOptions,
): (request: WebhookRequest) => Promise<Answer> {
  const { clock, log, metrics } = options;
  return async (request) => {
    const arrived = clock.now();
    let outcome: Outcome = 'error';
    try {
      const result = await receive(source, request, arrived.toISOString(), options);
      outcome = result.outcome;
      if (outcome !== 'accepted') {
        log.warn({ source: source.name, outcome, answer: result.answer.body }, 'webhook refused');
      }
      return result.answer;
    } finally {
      const seconds = (clock.now().getTime() - arrived.getTime()) / 1000;
      metrics.webhookReceived(source.name, outcome, Math.max(0, seconds));
    }
  };
}

async function receive(
  source: Source,
  request: WebhookRequest,
  receivedAt: string,
  options: ReceiveOptions,
): Promise<Result> {
  const refused = refuseSender(request.authorization, request.caller, options.tokens);
  if (refused !== null) return { outcome: 'unauthorized', answer: refused };
  try {
    const body = parse(await readText(request, options.maxBytes));
    const delivery = source.decode(body, { id: options.newId(), receivedAt });
    return await enqueue(delivery, options);
  } catch (error) {
    const result = resultOf(error, options.maxBytes);
    if (result === null) throw error;
    return result;
  }
}

class UnsupportedEncoding extends Error {}
class Malformed extends Error {}

async function readText(request: WebhookRequest, maxBytes: number): Promise<string> {
  const { contentEncoding = 'identity', contentLength, body } = request;
  if (contentEncoding.toLowerCase() !== 'identity') throw new UnsupportedEncoding();
  const bytes = await readBody(body, contentLength, maxBytes);
  return new TextDecoder().decode(bytes);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const position = firstSyntaxError(text);
    const where = position ? ` at line ${position.line}, column ${position.column}` : '';
    throw new Malformed(
      text.trim() === '' ? 'The body is empty.' : `The body stops being JSON${where}.`,
    );
  }
}

async function enqueue(delivery: Delivery, options: ReceiveOptions): Promise<Result> {
  const { queue, log, deadlineMs = 2_000 } = options;
  const about = { source: delivery.source, delivery: delivery.id, alerts: delivery.alerts.length };
  try {
    await withDeadline(deadlineMs, () =>
      queue.add('intake', { version: 1, delivery }, { id: delivery.id }),
    );
  } catch (error) {
    if (!(error instanceof QueueUnavailable || error instanceof DeadlineExceeded)) throw error;
    log.error({ err: error, ...about }, 'the queue did not take a webhook');
    const message = 'The queue did not confirm that it holds this delivery. Send it again.';
    const answer = refusal(503, { error: 'queue_unavailable', message }, { 'Retry-After': '5' });
    return { outcome: 'queue_unavailable', answer };
  }
  log.info(about, 'webhook accepted');
  const body = { accepted: delivery.alerts.length, delivery: delivery.id };
  return { outcome: 'accepted', answer: { status: 202, headers: {}, body } };
}

/** The answer to a request that cannot be used; null for an error that is ours. */
function resultOf(error: unknown, maxBytes: number): Result | null {
  if (error instanceof DecodeError) {
    const { field, message } = error;
    return { outcome: 'invalid', answer: refusal(400, { error: 'invalid_body', message, field }) };
  }
  if (error instanceof Malformed) {
    const { message } = error;
    return { outcome: 'malformed', answer: refusal(400, { error: 'malformed_json', message }) };
  }
  if (error instanceof BodyTooLarge) {
    const message =
      `The body is longer than ${maxBytes} bytes, which limits.webhookBytes allows. ` +
      'Set max_alerts in the webhook_config of Alertmanager, or raise the limit.';
    return { outcome: 'too_large', answer: refusal(413, { error: 'body_too_large', message }) };
  }
  if (error instanceof UnsupportedEncoding) {
    const message = 'The body must be sent as it is, without Content-Encoding.';
    const answer = refusal(415, { error: 'unsupported_encoding', message });
    return { outcome: 'unsupported_encoding', answer };
  }
  if (error instanceof BodyAborted) {
    const message = 'The body ended before its declared length.';
    return { outcome: 'aborted', answer: refusal(400, { error: 'body_aborted', message }) };
  }
  return null;
}
