/** The owners that a mapping names itself, which `doctor` can check before a call needs them. */
import type { NamedOwner } from '../../connectors/connector.ts';
import { fixedValues } from './fixed-values.ts';
import type { FieldRule, FieldRules } from './schema/field-rule.ts';
import type { MappingFile } from './schema/mapping-file.ts';
import type { OwnerRule } from './schema/owner-rule.ts';

/** Also texts that fields of records are set to: the connector knows which of them are ids of users. */
export function namedOwners(file: MappingFile): readonly NamedOwner[] {
  const followUps = Object.values(file.followUps ?? {}).map((rule) => rule?.owner);
  const rules = [file.owner, ...followUps].flatMap(idsIn).map((id): NamedOwner => ({ id }));
  const fields = [file.person, file.call, file.task].flatMap((each) => Object.entries(each ?? {}));
  const named = [...rules, ...fields.flatMap(([field, rule]) => textsIn(field, rule))];
  return [...new Map(named.map((owner) => [`${owner.field} ${owner.id}`, owner])).values()];
}

function idsIn(rule: OwnerRule | undefined): string[] {
  if (rule === undefined) return [];
  if (typeof rule !== 'object') return [String(rule)];
  return [...Object.values(rule.values ?? {}), rule.otherwise ?? []].flat().map(String);
}

function textsIn(field: string, rule: FieldRules[string]): NamedOwner[] {
  if (typeof rule !== 'object' || rule === null) return [];
  return fixedValues(rule satisfies FieldRule).flatMap(({ value }) =>
    typeof value === 'string' || typeof value === 'number' ? [{ id: String(value), field }] : [],
  );
}
