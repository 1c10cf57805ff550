import { afterEach } from '@jest/globals';

interface Closable {
  close(): Promise<void>;
}

/** Once for a test file: what `start` made in a test is closed after it. */
export function closedAfterEach<Options extends unknown[], Made extends Closable>(
  start: (...options: Options) => Promise<Made>,
): (...options: Options) => Promise<Made> {
  const open: Closable[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  return async (...options) => {
    const made = await start(...options);
    open.push(made);
    return made;
  };
}
