/** Checks `match` against what the CRM of this deployment has. */
import type { MatchOptions } from '../../../connectors/connector.ts';
import { mapOf, type Place } from './content.ts';
import { didYouMean, type MappingIssue, mustBeOneOf } from './issue.ts';
import { nearest } from './nearest.ts';

export function checkMatchOptions(
  content: unknown,
  { personObjects = [], associations = [], assignmentRules = false }: MatchOptions,
): MappingIssue[] {
  const match = mapOf(mapOf(content).match);
  return [
    ...checkObjects(match.object, personObjects),
    ...checkAssociate(match.associate, associations),
    ...checkAssignmentRules(match.assignmentRules, assignmentRules),
  ];
}

/** One, or a list of which each is there once. */
function checkObjects(object: unknown, personObjects: readonly string[]): MappingIssue[] {
  const place: Place = ['match', 'object'];
  const names: unknown[] = Array.isArray(object) ? object : [object];
  return names.flatMap((name, index): MappingIssue[] => {
    if (typeof name !== 'string') return [];
    const here = Array.isArray(object) ? [...place, index] : place;
    if (names.indexOf(name) < index)
      return [{ code: 'NO_EFFECT', place: here, message: `\`${name}\` is in the list twice` }];
    if (personObjects.includes(name)) return [];
    const message =
      personObjects.length === 0
        ? 'this CRM has one kind of person only: remove `object`'
        : mustBeOneOf(name, personObjects);
    return [{ code: 'NOT_IN_CRM', place: here, message }];
  });
}

function checkAssignmentRules(wanted: unknown, available: boolean): MappingIssue[] {
  if (wanted !== true || available) return [];
  const message = 'this CRM has no assignment rules: remove it';
  return [{ code: 'NOT_IN_CRM', place: ['match', 'assignmentRules'], message }];
}

function checkAssociate(associate: unknown, associations: readonly string[]): MappingIssue[] {
  return (Array.isArray(associate) ? associate : []).flatMap((name: unknown, index): MappingIssue[] => {
    if (typeof name !== 'string' || associations.includes(name)) return [];
    const accepted = associations.join(' or ') || 'nothing';
    const message = `this CRM’s calls are associated with ${accepted}${didYouMean(nearest(name, associations))}`;
    return [{ code: 'NOT_IN_CRM', place: ['match', 'associate', index], message }];
  });
}
