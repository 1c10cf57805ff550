import { fold } from '../coerce/text.ts';
import { CALL_OUTCOMES } from '../schema/call-rule.ts';
import type { Place } from './content.ts';
import { type MappingIssue, mustBeOneOf } from './issue.ts';

/** `call.outcome` is never anything but one of ours. `placeOf`: of the value at this index. */
export function checkCallOutcomes(
  paths: readonly string[],
  values: readonly string[],
  placeOf: (value: string, index: number) => Place,
): MappingIssue[] {
  if (paths.length !== 1 || paths[0] !== 'call.outcome') return [];
  return values.flatMap((value, index): MappingIssue[] => {
    if (CALL_OUTCOMES.some((outcome) => fold(value) === outcome)) return [];
    return [
      { code: 'INVALID_VALUE', place: placeOf(value, index), message: mustBeOneOf(value, CALL_OUTCOMES) },
    ];
  });
}
