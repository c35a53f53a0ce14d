/** Thrown by {@link withDeadline}: the work may still be going on, or have been done. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/**
 * The result of `work`, or {@link DeadlineExceeded} after `ms`. The signal aborts at the deadline, so that
 * work which can stop does; what comes after it, a late rejection too, is dropped.
 */
export async function withDeadline<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const reason = new DeadlineExceeded(`no answer within ${ms / 1000} s`);
    expired.reject(reason);
    controller.abort(reason);
  }, ms);
  try {
    return await Promise.race([expired.promise, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
  }
}
