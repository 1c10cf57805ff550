/**
 * What a reader answers: the value, `undefined` for what is no value of that kind, or AMBIGUOUS for what could be two.
 * An ambiguous value is never guessed.
 */
export const AMBIGUOUS = Symbol('ambiguous');

export type Read<T> = T | undefined | typeof AMBIGUOUS;

/** For callers to whom an ambiguous value is as good as none. */
export function unambiguous<T>(read: Read<T>): T | undefined {
  return read === AMBIGUOUS ? undefined : (read as T | undefined);
}
