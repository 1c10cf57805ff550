/** The events of a soak: the same ones in every process, by their number. */
import { createHash } from 'node:crypto';
import { anyCall } from '../../test/calls.ts';

/** One event in so many is delivered a second time. */
const REDELIVERED = 50;
const EARLIEST_AGAIN_MS = 1_000;
const LATEST_AGAIN_MS = 20_000;

export const eventOf = (index: number, people: number) => anyCall(index, personOf(index, people));

export const callIdOf = (index: number): string => anyCall(index).id;

export const personOf = (index: number, people: number) => chance(`person ${index}`) % people;

/** How long after the first delivery the second one comes, ms; undefined when there is none. */
export function deliveredAgainAfter(index: number): number | undefined {
  const number = chance(`again ${index}`);
  if (number % REDELIVERED !== 0) return undefined;
  return EARLIEST_AGAIN_MS + (number % (LATEST_AGAIN_MS - EARLIEST_AGAIN_MS));
}

/** A number that looks like chance, and is the same in every run. */
function chance(of: string): number {
  return createHash('sha256').update(of).digest().readUInt32BE();
}
