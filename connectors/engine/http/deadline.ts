/** Bounds a request that cannot be cancelled: the SDKs pass no signal on, so an abandoned request ends with its socket. */
import { CrmError } from '../../connector.ts';

/**
 * The result of `work`, unless it takes longer than `timeoutMs` or `signal` aborts first. Rejects then with a
 * TimeoutError or the signal's reason: whether the CRM has done what it was asked is unknown.
 */
export async function withDeadline<T>(
  work: () => Promise<T>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([timeout, signal]) : timeout;
  return new Promise((resolve, reject) => {
    const abort = () => reject(stop.reason);
    stop.addEventListener('abort', abort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => stop.removeEventListener('abort', abort));
  });
}

/** `what`: the request, such as `POST /contacts`. Throws CrmError when the batch was aborted. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (!signal?.aborted) return;
  throw new CrmError('unavailable', `${what} was not sent: shutting down`, { code: 'SHUTTING_DOWN' });
}
