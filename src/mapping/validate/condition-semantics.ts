/** Semantic validation of the conditions of a rule. */
import { condition } from '../schema/condition.ts';
import { checkCallOutcomes } from './call-outcomes.ts';
import { mapOf, type Place } from './content.ts';
import type { MappingIssue } from './issue.ts';

/** `rule`: whatever other issues it has. */
export function checkConditions(rule: unknown, place: Place): MappingIssue[] {
  const { all, any } = mapOf(rule);
  return Object.entries({ all, any }).flatMap(([list, tests]) =>
    (Array.isArray(tests) ? tests : []).flatMap((test, index) =>
      checkCondition(test, [...place, list, index]),
    ),
  );
}

function checkCondition(content: unknown, place: Place): MappingIssue[] {
  const test = condition.safeParse(content).data;
  if (!test) return [];
  const { path, equals, in: accepted = [], contains } = test;
  if (equals === '' || contains?.trim() === '') {
    const key = equals === '' ? 'equals' : 'contains';
    const message = 'must not be empty: to test for an absent value, use `exists: false`';
    return [{ code: 'EMPTY_VALUE', place: [...place, key], message }];
  }
  if (equals !== undefined) return checkCallOutcomes([path], [String(equals)], () => [...place, 'equals']);
  return checkCallOutcomes([path], accepted.map(String), (_, index) => [...place, 'in', index]);
}
