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
 * what came.
 * @throws BodyTooLarge, BodyAborted
 */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  declaredLength: string | undefined,
  limit: number,
): Promise<Buffer> {
  if (Number(declaredLength) > limit) throw new BodyTooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of abortable(chunks)) {
    length += chunk.byteLength;
    if (length > limit) throw new BodyTooLarge();
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}

async function* abortable(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw new BodyAborted('the sender closed the connection', { cause: error });
  }
}
