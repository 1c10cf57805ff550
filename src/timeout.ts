/** Timeouts. */

export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'TIMEOUT';
}

/** Settles as `promise` does, or rejects with a TimeoutError after `ms`. The work itself goes on. */
export function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeoutError(`no answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Whether `promise` is fulfilled within `ms`. Rejects as `promise` does. */
export function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return withTimeout(
    promise.then(() => true),
    ms,
  ).catch((error: unknown) => {
    if (error instanceof TimeoutError) return false;
    throw error;
  });
}
