/** An issue of a mapping file, before its place is turned into a line and a column. */
import type { Place } from './content.ts';
import { nearest } from './nearest.ts';

export type MappingIssue = {
  readonly place: Place;
  readonly message: string;
  /** The part of the text at `place` that is wrong, and which of its occurrences, from 0. */
  readonly excerpt?: { readonly text: string; readonly occurrence: number };
} & (
  | {
      readonly code: 'UNKNOWN_KEY';
      /** The key that was probably meant. */
      readonly suggestion?: string | undefined;
    }
  | {
      readonly code: 'MISSING_KEY';
      /** One of these is needed. */
      readonly keys: readonly string[];
    }
  | {
      readonly code: 'WRONG_TYPE';
      /** The types accepted there, such as `a text`. */
      readonly expected: readonly string[];
    }
  | {
      readonly code:
        | 'INVALID_VALUE'
        | 'EMPTY_VALUE'
        | 'UNKNOWN_PATH'
        | 'INVALID_TEMPLATE'
        | 'INVALID_DATE_FORMAT'
        /** Valid, but without effect: a rule never reached, an option for another kind of value. */
        | 'NO_EFFECT'
        /** The CRM of this deployment does not have it. */
        | 'NOT_IN_CRM';
    }
);

/** `must be one of …`, with the one that was probably meant. */
export function mustBeOneOf(given: unknown, accepted: readonly string[]): string {
  const suggestion = typeof given === 'string' ? nearest(given, accepted) : undefined;
  return `must be one of ${accepted.map((name) => `\`${name}\``).join(', ')}${didYouMean(suggestion)}`;
}

export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`;
}
