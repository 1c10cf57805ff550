/** The owners that a mapping names itself, which `doctor` can check before a call needs them. */
import type { MappingFile } from './schema/mapping-file.ts';
import type { OwnerRule } from './schema/owner-rule.ts';

/** Also texts that fields of records are set to: the connector knows which of them are ids of users. */
export function namedOwners(file: MappingFile): readonly string[] {
  const followUps = Object.values(file.followUps ?? {}).map((rule) => rule?.owner);
  const fields = [file.person, file.call, file.task].flatMap((rules) => Object.values(rules ?? {}));
  return [...new Set([...[file.owner, ...followUps].flatMap(idsIn), ...fields.flatMap(constantsIn)])];
}

function idsIn(rule: OwnerRule | undefined): string[] {
  if (rule === undefined) return [];
  if (typeof rule !== 'object') return [String(rule)];
  return [...Object.values(rule.values ?? {}), rule.otherwise ?? []].flat().map(String);
}

function constantsIn(rule: unknown): string[] {
  if (typeof rule !== 'object' || rule === null) return [];
  const { constant, values, otherwise } = rule as Record<string, unknown>;
  const named = [constant, otherwise, ...Object.values((values ?? {}) as object)];
  return named.filter((each) => typeof each === 'string');
}
