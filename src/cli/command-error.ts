import { MendableError } from '../lib/mendable-error.ts';

/** A mistake of the person at the keyboard, or a missing system. */
export class CommandError extends MendableError {
  override readonly name = 'CommandError';
}
