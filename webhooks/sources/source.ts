import type { Delivery } from '../../src/alert/alert.ts';

/** What is known of a body before it is read. */
export interface Receipt {
  /** Unique to this arrival: a body that comes twice gets two. */
  id: string;
  receivedAt: string;
}

/** A system that sends webhooks. Each is a folder here with `index`, `schema` and `decode`. */
export interface Source {
  /** Also the last part of its path, `/webhooks/<name>`. */
  readonly name: Delivery['source'];
  /** @throws DecodeError when the body is not one of this source's. */
  decode(body: unknown, receipt: Receipt): Delivery;
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
