/**
 * Deflates one short text after the other. `deflateRawSync` makes a stream of zlib each time, which takes as long as to
 * deflate 1.4 KB (28 µs against 15), and leaves its memory to the garbage collector. Here one is made, and reset.
 *
 * Node's public methods do not reset a stream and use it in one turn, so this uses what its own are made of: only as long
 * as they give, for the first text, what `deflateRawSync` gives.
 * https://github.com/nodejs/node/blob/main/lib/zlib.js (processChunkSync)
 */
import { constants, createDeflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';

/** Of a stream of zlib in Node. */
interface Internals {
  readonly _handle: {
    reset(): void;
    writeSync(
      flush: number,
      input: Uint8Array,
      inputAt: number,
      inputBytes: number,
      output: Uint8Array,
      outputAt: number,
      outputBytes: number,
    ): void;
  };
  /** How much room is left in the output, and how much of the input was not read. */
  readonly _writeState: Uint32Array;
  readonly destroyed: boolean;
}

export type Deflate = (bytes: Buffer) => Buffer;

/** For texts below `maxBytes`. What is returned is valid until the next call. */
export function shortDeflate(maxBytes: number, options: ZlibOptions): Deflate {
  const plain: Deflate = (bytes) => deflateRawSync(bytes, options);
  let deflate: Deflate = (first) => {
    const reused = reusing(maxBytes, options);
    const expected = plain(first);
    // Twice: the second time it has been used.
    const isSame = reused(first).equals(expected) && reused(first).equals(expected);
    deflate = isSame ? reused : plain;
    return expected;
  };
  return (bytes) => {
    try {
      return deflate(bytes);
    } catch {
      deflate = plain;
      return plain(bytes);
    }
  };
}

function reusing(maxBytes: number, options: ZlibOptions): Deflate {
  const stream = createDeflateRaw(options) as unknown as Internals;
  // What cannot be deflated becomes longer, by 5 bytes a block.
  const output = Buffer.allocUnsafeSlow(maxBytes * 2);
  return (bytes) => {
    stream._handle.reset();
    stream._handle.writeSync(constants.Z_FINISH, bytes, 0, bytes.length, output, 0, output.length);
    const [room, unread] = stream._writeState;
    if (stream.destroyed || unread !== 0 || !room) throw new Error('zlib did not deflate the text');
    return output.subarray(0, output.length - room);
  };
}
