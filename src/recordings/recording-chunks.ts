/** The bytes of a recording on their way, chunk by chunk: the next one is read once the last one was taken. */
import type { IncomingMessage } from 'node:http';
import type { ChunkTurns } from './chunk-turns.ts';
import { broken, RecordingFault } from './recording-fault.ts';
import { releaseMemory } from './release-memory.ts';

export type Chunks = AsyncGenerator<Buffer, void, undefined>;

export interface Reading {
  /** How long a chunk is waited for; the time it takes to be taken does not count. */
  readonly idleMs: number;
  readonly turns: ChunkTurns;
}

/**
 * Ending it early ends the request. Throws RecordingFault when the body breaks off. A chunk must not be used any more
 * once the next one is asked for: its memory is given back.
 */
export async function* chunksOf(body: IncomingMessage, { idleMs, turns }: Reading): Chunks {
  // In a chunked body, several chunks may share their memory.
  const isOwn = body.headers['content-length'] !== undefined;
  try {
    while (true) {
      const chunk = await nextWithin(body, idleMs);
      if (!chunk) return;
      await turns.next(chunk.length);
      yield chunk;
      if (isOwn) releaseMemory(chunk);
    }
  } finally {
    // Where all has come already, its connection is of use for the next request.
    if (body.complete) body.resume();
    else body.destroy();
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
  let next = await chunks.next();
  while (!next.done && size + next.value.length < length) {
    // Copied: it is kept while the next one is asked for.
    read.push(Buffer.from(next.value));
    size += next.value.length;
    next = await chunks.next();
  }
  if (!next.done) read.push(next.value);
  const head = Buffer.concat(read.map((chunk) => chunk.subarray(0, length))).subarray(0, length);
  return { head, chunks: again(read, chunks) };
}

async function* again(read: readonly Buffer[], rest: Chunks): Chunks {
  try {
    yield* read;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** Undefined at the end. */
async function nextWithin(body: IncomingMessage, idleMs: number): Promise<Buffer | undefined> {
  const timer = setTimeout(() => body.destroy(broken(`Altur sent nothing for ${idleMs / 1_000} s`)), idleMs);
  try {
    return await nextOf(body);
  } catch (cause) {
    throw cause instanceof RecordingFault ? cause : broken('Altur broke off', cause);
  } finally {
    clearTimeout(timer);
  }
}

/** Not the stream's own iterator, which reads a chunk ahead: with hundreds of listeners, half of the memory. */
function nextOf(body: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => body.off('readable', read).off('end', end).off('error', fail).off('close', fail);
    const settle = (chunk?: Buffer) => {
      stop();
      resolve(chunk);
    };
    const end = () => settle();
    const read = () => {
      const chunk = body.read() as Buffer | null;
      if (chunk) settle(chunk);
      else if (body.readableEnded) settle();
    };
    const fail = (error: Error | null = body.errored) => {
      stop();
      reject(error);
    };
    if (body.destroyed && !body.readableEnded) return reject(body.errored);
    body.on('readable', read).on('end', end).on('error', fail).on('close', fail);
    read();
  });
}
