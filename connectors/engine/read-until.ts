/** Reads again until what was written shows: CRMs list new fields a moment after they have created them. */
import { setTimeout as delay } from 'node:timers/promises';

/** Others saw 250 to 700 ms; a slow portal may take longer. */
const LONGEST_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;

/** The first reading that is settled; the last one when none is. `from`: a reading that was made already. */
export async function readUntil<T>(
  isSettled: (read: T) => boolean,
  read: () => Promise<T>,
  from?: T,
  longestMs = LONGEST_MS,
): Promise<T> {
  const deadline = Date.now() + longestMs;
  let latest = from ?? (await read());
  for (let pause = FIRST_PAUSE_MS; !isSettled(latest) && Date.now() < deadline; pause *= 2) {
    await delay(Math.min(pause, LONGEST_PAUSE_MS));
    latest = await read();
  }
  return latest;
}
