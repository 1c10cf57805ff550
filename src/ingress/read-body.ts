/** The bytes of a request's body, as they were sent. */
import type { IncomingMessage } from 'node:http';

/** The whole body; or why there is none. A body that is too large is read to its end, but not kept. */
export type Body = Buffer | 'too large' | 'incomplete';

/** Calls `done` once: at once when the headers announce no body, since what follows may be no request. */
export function readBody(request: IncomingMessage, maxBytes: number, done: (body: Body) => void): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) {
    done(Buffer.alloc(0));
    return;
  }
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isDone = false;
  const end = (body: Body) => {
    if (!isDone) done(body);
    isDone = true;
  };
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks = [];
  });
  request.once('end', () => {
    if (bytes > maxBytes) end('too large');
    else end(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  });
  // Without its end: the sender has gone.
  request.once('error', () => end('incomplete'));
  request.once('close', () => end('incomplete'));
}
