import { PGlite } from '@electric-sql/pglite';

const BATCH_MESSAGES = new Set(Buffer.from('PBDECFH'));
/** The protocol's Sync message: its letter and its own length. */
const SYNC = Uint8Array.from([0x53, 0, 0, 0, 4]);

/**
 * A PGlite that several connections may use through `PGLiteSocketServer`.
 *
 * PGlite is one session. The socket server lines up single protocol messages, and stays with a connection
 * only while `isInTransaction()`. A parameterised query is five messages (Parse, Bind, Describe, Execute,
 * Sync), so two connections would overwrite each other's unnamed statement: each gets the other's rows, or
 * waits for ever. Here an unfinished batch counts as a transaction, so that the server stays with the
 * connection until Sync.
 */
export class SharedPGlite extends PGlite {
  #midBatch = false;

  override async execProtocolRawStream(
    message: Uint8Array,
    options: Parameters<PGlite['execProtocolRawStream']>[1],
  ): Promise<void> {
    this.#midBatch = message[0] !== undefined && BATCH_MESSAGES.has(message[0]);
    await super.execProtocolRawStream(message, options);
  }

  override isInTransaction(): boolean {
    return this.#midBatch || super.isInTransaction();
  }

  /**
   * The server rolls back with this when a connection ends in the middle. PostgreSQL skips all but a Sync
   * after an error in a batch, the ROLLBACK included, so the batch has to be ended first.
   */
  override async exec(...args: Parameters<PGlite['exec']>): ReturnType<PGlite['exec']> {
    if (this.#midBatch) {
      this.#midBatch = false;
      await this.runExclusive(() => this.execProtocolRaw(SYNC));
    }
    return super.exec(...args);
  }
}
