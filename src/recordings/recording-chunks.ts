/** The bytes of a recording on their way, chunk by chunk: the next one is read once the last one was taken. */
import type { IncomingMessage } from 'node:http';
import type { ChunkTurns } from './chunk-turns.ts';
import { broken } from './recording-fault.ts';

export type Chunks = AsyncGenerator<Buffer, void, undefined>;

export interface Reading {
  /** How long a chunk is waited for; the time it takes to be taken does not count. */
  readonly idleMs: number;
  readonly turns: ChunkTurns;
}

/** Ending it early ends the request. Throws RecordingFault when the body breaks off. */
export async function* chunksOf(body: IncomingMessage, { idleMs, turns }: Reading): Chunks {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    while (true) {
      const next = await nextWithin(body, chunks, idleMs);
      if (next.done) return;
      await turns.next(next.value.length);
      yield next.value;
    }
  } finally {
    await finish(body, chunks);
  }
}

/** Leaves bytes out at the beginning and ends after `length`; throws when there are fewer. */
export async function* sliceOf(chunks: Chunks, skip: number, length: number): Chunks {
  let toSkip = skip;
  let missing = length;
  for await (const chunk of chunks) {
    const part = chunk.subarray(Math.min(toSkip, chunk.length), toSkip + missing);
    toSkip -= Math.min(toSkip, chunk.length);
    missing -= part.length;
    if (part.length > 0) yield part;
    if (missing === 0) return;
  }
  throw broken(`the recording ended ${missing + toSkip} bytes early`);
}

/** The beginning, of `length` bytes or all there are, and the whole with it. */
export async function peek(chunks: Chunks, length: number): Promise<{ head: Buffer; chunks: Chunks }> {
  const read: Buffer[] = [];
  let size = 0;
  while (size < length) {
    const next = await chunks.next();
    if (next.done) break;
    read.push(next.value);
    size += next.value.length;
  }
  return { head: Buffer.concat(read).subarray(0, length), chunks: again(read, chunks) };
}

/** Where all has come already, its connection is of use for the next request. */
async function finish(body: IncomingMessage, chunks: AsyncIterator<Buffer>): Promise<void> {
  if (!body.complete || body.destroyed) return void body.destroy();
  let next = await chunks.next();
  while (!next.done) next = await chunks.next();
}

async function* again(read: readonly Buffer[], rest: Chunks): Chunks {
  try {
    yield* read;
    yield* rest;
  } finally {
    await rest.return();
  }
}

async function nextWithin(
  body: IncomingMessage,
  chunks: AsyncIterator<Buffer>,
  idleMs: number,
): Promise<IteratorResult<Buffer>> {
  const timer = setTimeout(() => body.destroy(broken(`Altur sent nothing for ${idleMs / 1_000} s`)), idleMs);
  try {
    return await chunks.next();
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'RecordingFault'
      ? cause
      : broken('Altur broke off', cause);
  } finally {
    clearTimeout(timer);
  }
}
