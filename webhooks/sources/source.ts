import type { Delivery } from '../../src/alert/alert.ts';
import type { Secret } from '../../src/config/secret.ts';
import type { Answer } from '../../src/web/answer.ts';

/** What is known of a body before it is read. */
export interface Receipt {
  /** Unique to this arrival: a body that comes twice gets two. */
  id: string;
  receivedAt: string;
}

/** What senders prove themselves with, by the settings that hold it. */
export interface SenderSecrets {
  /** WEBHOOK_TOKEN. Any one lets a sender in; none: only senders on this machine. */
  tokens: readonly Secret[];
  /** PAGERDUTY_WEBHOOK_SECRETS. Any one may have signed; none: PagerDuty is turned away. */
  pagerduty: readonly Secret[];
}

/** A request whose proof is in its body. */
export interface SignedRequest {
  header(name: string): string | undefined;
  /** As it came: one changed byte is another body. */
  body: Uint8Array;
}

/** A body that was understood and is not acted on. It is answered with 200, so that it does not come again. */
export interface Ignored {
  /** In words, for the sender's log and ours. */
  ignored: string;
}

/**
 * A system that sends webhooks. Each is a folder here with `index`, `schema` and `decode`, a section of
 * docs/sources.md, and sample bodies in test/payloads.
 */
export interface Source {
  /** Also the last part of its path, `/webhooks/<name>`. */
  readonly name: Delivery['source'];
  /** The longest body that it ever sends, in bytes. Default: `limits.webhookBytes`. */
  readonly maxBytes?: number;
  /**
   * Why a request cannot be this system's, or null. Only for one that signs what it sends; every other one
   * presents one of WEBHOOK_TOKEN, which is checked before the body is read.
   */
  verify?(request: SignedRequest, secrets: SenderSecrets): Answer | null;
  /** @throws DecodeError when the body is not one of this source's. */
  decode(body: unknown, receipt: Receipt): Delivery | Ignored;
}

/** Why a body cannot be used: the field, what was expected there, and what to do if that is known. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
