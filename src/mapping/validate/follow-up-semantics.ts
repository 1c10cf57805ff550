/** Semantic validation of a follow-up rule. */
import { type FollowUpRule, followUpRule } from '../schema/follow-up-rule.ts';
import { checkConditions } from './condition-semantics.ts';
import type { Place } from './content.ts';
import type { MappingIssue } from './issue.ts';

export function checkFollowUp(content: unknown, place: Place): MappingIssue[] {
  const rule = followUpRule.safeParse(content).data;
  return [
    ...checkConditions(content, place),
    ...(rule ? [...checkSubject(rule, place), ...checkDue(rule, place)] : []),
  ];
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
