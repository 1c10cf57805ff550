import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after `ms`, at once when that is in the past. Aborted, it rejects with the reason of the signal. */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (ms <= 0) return;
  try {
    await sleep(ms, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
