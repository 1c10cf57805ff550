/** Checks `match` against what the CRM of this deployment has. */
import type { MatchOptions } from '../../../connectors/connector.ts';
import { didYouMean, type MappingIssue, mustBeOneOf } from './issue.ts';
import { nearest } from './nearest.ts';

export function checkMatchOptions(
  content: unknown,
  { personObjects = [], associations = [] }: MatchOptions,
): MappingIssue[] {
  const { match } = (content ?? {}) as { match?: { object?: unknown; associate?: unknown } | null };
  return [...checkObject(match?.object, personObjects), ...checkAssociate(match?.associate, associations)];
}

function checkObject(object: unknown, personObjects: readonly string[]): MappingIssue[] {
  if (typeof object !== 'string' || personObjects.includes(object)) return [];
  const message =
    personObjects.length === 0
      ? 'this CRM has one kind of person only: remove `object`'
      : mustBeOneOf(object, personObjects);
  return [{ code: 'NOT_IN_CRM', place: ['match', 'object'], message }];
}

function checkAssociate(associate: unknown, associations: readonly string[]): MappingIssue[] {
  return (Array.isArray(associate) ? associate : []).flatMap((name: unknown, index): MappingIssue[] => {
    if (typeof name !== 'string' || associations.includes(name)) return [];
    const accepted = associations.join(' or ') || 'nothing';
    const message = `this CRM’s calls are associated with ${accepted}${didYouMean(nearest(name, associations))}`;
    return [{ code: 'NOT_IN_CRM', place: ['match', 'associate', index], message }];
  });
}
