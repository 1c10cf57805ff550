/** Semantic validation of a follow-up rule. */
import { condition, type FollowUpRule, followUpRule } from '../schema/follow-up-rule.ts';
import { checkCallOutcomes } from './call-outcomes.ts';
import { mapOf, type Place } from './content.ts';
import type { MappingIssue } from './issue.ts';

export function checkFollowUp(content: unknown, place: Place): MappingIssue[] {
  const { all, any } = mapOf(content);
  const conditions = Object.entries({ all, any }).flatMap(([list, tests]) =>
    (Array.isArray(tests) ? tests : []).flatMap((test, index) =>
      checkCondition(test, [...place, list, index]),
    ),
  );
  const rule = followUpRule.safeParse(content).data;
  return [...conditions, ...(rule ? [...checkSubject(rule, place), ...checkDue(rule, place)] : [])];
}

function checkSubject({ subject }: FollowUpRule, place: Place): MappingIssue[] {
  const texts = typeof subject === 'object' ? Object.values(subject) : [subject];
  if (texts.every((text) => text.trim() !== '')) return [];
  return [{ code: 'EMPTY_VALUE', place: [...place, 'subject'], message: 'must not be empty' }];
}

function checkDue({ due = {} }: FollowUpRule, place: Place): MappingIssue[] {
  const issues: MappingIssue[] = [];
  if (due.at !== undefined && /hour/.test(due.in ?? '')) {
    const message = `is a time of day, but \`in: ${due.in}\` already ends at a time: take one away`;
    issues.push({ code: 'NO_EFFECT', place: [...place, 'due', 'at'], message });
  }
  if (due.formats && due.from === undefined) {
    const message = 'is for the date that `from` leads to: add `from`';
    issues.push({ code: 'NO_EFFECT', place: [...place, 'due', 'formats'], message });
  }
  return issues;
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
