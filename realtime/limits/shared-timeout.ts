/** Someone waited for longer than they may. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Waits at most `ms` milliseconds, or a tenth more: those who begin to wait at nearly the same time
 * share a timer, because a crowd at the door would set thousands that never go off.
 * @throws TimeoutError
 */
export function createSharedTimeout(ms: number): <T>(work: Promise<T>) => Promise<T> {
  let shared: { readonly until: number; readonly timeout: Promise<never> } | undefined;

  function timeout(): Promise<never> {
    const now = performance.now();
    if (shared !== undefined && now < shared.until) return shared.timeout;
    const { promise, reject } = Promise.withResolvers<never>();
    // Most often nobody waits for it any more.
    promise.catch(() => undefined);
    setTimeout(() => reject(new TimeoutError(`no answer in ${ms} ms`)), ms * 1.1).unref();
    shared = { until: now + ms / 10, timeout: promise };
    return promise;
  }

  return (work) => Promise.race([work, timeout()]);
}
