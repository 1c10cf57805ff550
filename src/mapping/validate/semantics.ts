/** Semantic validation: what the schema allows but cannot have the effect that was meant. */
import { callRule } from '../schema/call-rule.ts';
import { mapOf, type Place } from './content.ts';
import { checkFieldRule } from './field-semantics.ts';
import { checkFollowUp } from './follow-up-semantics.ts';
import type { MappingIssue } from './issue.ts';
import { isEventPath } from './paths.ts';

/** `content`: a mapping file, whatever other issues it has. */
export function checkSemantics(content: unknown): MappingIssue[] {
  const { person, call, task, calls, followUps, owner } = mapOf(content);
  const fields = Object.entries({ person, call, task }).flatMap(([section, rules]) =>
    Object.entries(mapOf(rules)).flatMap(([name, rule]) => checkFieldRule(rule, [section, name])),
  );
  const tasks = Object.entries(mapOf(followUps)).flatMap(([name, rule]) => [
    ...checkFollowUp(rule, ['followUps', name]),
    ...checkOwner(mapOf(rule).owner, ['followUps', name, 'owner']),
  ]);
  return [...fields, ...tasks, ...checkCalls(calls), ...checkOwner(owner, ['owner'])];
}

function checkCalls(calls: unknown): MappingIssue[] {
  const rules = (Array.isArray(calls) ? calls : []).map((rule) => callRule.safeParse(rule).data);
  const catchAll = rules.findIndex((rule) => rule && Object.keys(rule).every((key) => key === 'do'));
  return rules.flatMap((rule, index): MappingIssue[] => {
    if (catchAll >= 0 && index > catchAll) {
      const message = 'is never reached: the rule before it fits every call';
      return [{ code: 'NO_EFFECT', place: ['calls', index], message }];
    }
    const { shorterThan, longerThan } = rule ?? {};
    if (shorterThan === undefined || longerThan === undefined || longerThan < shorterThan) return [];
    const message = `no call is shorter than ${shorterThan} s and longer than ${longerThan} s`;
    return [{ code: 'NO_EFFECT', place: ['calls', index, 'longerThan'], message }];
  });
}

function checkOwner(owner: unknown, place: Place): MappingIssue[] {
  if (typeof owner !== 'string' || !isEventPath(owner)) return [];
  const message = `must be the id of a user in the CRM; a path of the event is { from: ${owner} }`;
  return [{ code: 'INVALID_VALUE', place, message }];
}
