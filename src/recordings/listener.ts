/** Sends a recording to somebody who listens, as fast as they take it: one chunk at a time is on its way. */
import type { ServerResponse } from 'node:http';
import type { Chunks } from './recording-chunks.ts';

/** Nothing was taken for too long. A player that was only paused comes back with a range. */
export class ListenerStalled extends Error {
  override readonly name = 'ListenerStalled';
}

/** They are gone, which writing notices before the response does. */
export class ListenerLeft extends Error {
  override readonly name = 'ListenerLeft';
}

/** Resolves when all is sent; the response is not ended. `signal` aborts when the listener is gone. */
export async function sendChunks(
  chunks: Chunks,
  response: ServerResponse,
  { stalledMs, signal, onSent }: { stalledMs: number; signal: AbortSignal; onSent(bytes: number): void },
): Promise<void> {
  for await (const chunk of chunks) {
    await sent(chunk, response, stalledMs, signal);
    onSent(chunk.length);
  }
}

/** Resolves when the operating system has taken the chunk. */
function sent(
  chunk: Buffer,
  response: ServerResponse,
  stalledMs: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => settle(new ListenerStalled(`took nothing for ${stalledMs} ms`)),
      stalledMs,
    );
    const settle = (error?: Error | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (error) reject(error);
      else resolve();
    };
    const abort = () => settle(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    else
      response.write(chunk, (cause) => settle(cause && new ListenerLeft('the listener is gone', { cause })));
  });
}
