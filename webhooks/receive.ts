import type { Readable } from 'node:stream';
import type { Delivery } from '../src/alert/alert.ts';
import type { Clock } from '../src/lib/clock.ts';
import { DeadlineExceeded, withDeadline } from '../src/lib/deadline.ts';
import type { Logger } from '../src/lib/log.ts';
import { type Queue, QueueUnavailable } from '../src/queue/queue.ts';
import { type Answer, refusal } from '../src/web/answer.ts';
import type { Caller } from '../src/web/local-caller.ts';
import type { Metrics } from '../src/web/metrics/metrics.ts';
import { refuseSender } from './auth.ts';
import { BodyAborted, BodyTooLarge, readBody } from './body.ts';
import { firstSyntaxError } from './json-syntax.ts';
import { DecodeError, type SenderSecrets, type Source } from './sources/source.ts';

/** A webhook request, whatever server took it. */
export interface WebhookRequest {
  caller: Caller;
  /** By its name, in whatever case. */
  header(name: string): string | undefined;
  body: Readable;
}

export interface ReceiveOptions {
  secrets: SenderSecrets;
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
  | 'ignored'
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
      if (outcome !== 'accepted' && outcome !== 'ignored') {
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
  const { secrets } = options;
  const maxBytes = Math.min(options.maxBytes, source.maxBytes ?? options.maxBytes);
  if (source.verify === undefined) {
    const refused = refuseSender(request.header('authorization'), request.caller, secrets.tokens);
    if (refused !== null) return unauthorized(refused);
  }
  try {
    const body = await readBytes(request, maxBytes);
    const refused = source.verify?.({ header: request.header, body }, secrets) ?? null;
    if (refused !== null) return unauthorized(refused);
    const decoded = source.decode(parse(body), { id: options.newId(), receivedAt });
    if ('ignored' in decoded) return ignore(source, decoded.ignored, options);
    return await enqueue(decoded, options);
  } catch (error) {
    const result = resultOf(error, source, maxBytes);
    if (result === null) throw error;
    return result;
  }
}

function unauthorized(answer: Answer): Result {
  return { outcome: 'unauthorized', answer };
}

class UnsupportedEncoding extends Error {}
class Malformed extends Error {}

async function readBytes({ header, body }: WebhookRequest, maxBytes: number): Promise<Buffer> {
  const encoding = header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') throw new UnsupportedEncoding();
  return await readBody(body, header('content-length'), maxBytes);
}

/** Holds nothing between two bodies, as it is given whole ones. */
const UTF8 = new TextDecoder();

function parse(body: Uint8Array): unknown {
  const text = UTF8.decode(body);
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

function ignore({ name }: Source, reason: string, { log }: ReceiveOptions): Result {
  log.info({ source: name, reason }, 'webhook ignored');
  const answer = { status: 200, headers: {}, body: { accepted: 0, ignored: reason } };
  return { outcome: 'ignored', answer };
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
function resultOf(error: unknown, source: Source, maxBytes: number): Result | null {
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
      maxBytes === source.maxBytes
        ? `The body is longer than ${maxBytes} bytes, and ${source.name} sends none that long.`
        : `The body is longer than ${maxBytes} bytes, which limits.webhookBytes allows. ` +
          'Send fewer alerts at once (max_alerts of the webhook_config, in Alertmanager), or raise the limit.';
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
