import { afterEach, beforeEach } from '@jest/globals';

/** Starts something before each test of the file or block and closes it afterwards. */
export function startEachTest<T extends { close(): Promise<void> }>(start: () => Promise<T>): () => T {
  let started: T | undefined;
  beforeEach(async () => {
    started = await start();
  });
  afterEach(async () => {
    await started?.close();
    started = undefined;
  });
  return () => {
    if (!started) throw new Error('Nothing is started outside a test');
    return started;
  };
}
