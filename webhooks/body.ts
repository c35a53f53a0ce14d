import type { Readable } from 'node:stream';

/** Thrown when a body is longer than its limit. What is beyond the limit was not kept. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Thrown when the sender went away in the middle of its body. */
export class BodyAborted extends Error {
  override readonly name = 'BodyAborted';
}

/**
 * The whole body. Reading stops as soon as it is known to be over `limit` bytes, by what it declares or by
 * what came. The stream is not destroyed then: the answer goes out on the same socket.
 * @throws BodyTooLarge, BodyAborted
 */
export async function readBody(
  stream: Readable,
  declaredLength: string | undefined,
  limit: number,
): Promise<Buffer> {
  if (Number(declaredLength) > limit) throw new BodyTooLarge();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer) => {
    length += chunk.byteLength;
    if (length <= limit) {
      chunks.push(chunk);
      return;
    }
    stream.off('data', take).pause();
    // The stream, and with it what listens to it, may live for as long as the sender likes.
    chunks.length = 0;
    reject(new BodyTooLarge());
  };
  const lose = (cause?: Error) =>
    reject(new BodyAborted('the sender closed the connection', { cause }));
  // Events, and no iteration, which costs more than to read the one chunk that most bodies are.
  stream
    .on('data', take)
    .once('end', () => resolve(Buffer.concat(chunks, length)))
    .once('error', lose)
    .once('close', () => {
      if (!stream.readableEnded) lose();
    });
  return promise;
}
