/**
 * Gives the memory of a buffer back at once. V8 does with a later collection: dozens of megabytes late, since a buffer takes
 * next to nothing of the heap whose size it goes by. Nobody may use the buffer afterwards.
 */

/** Memory of Buffer's pool is not the buffer's alone. */
export function releaseMemory({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
