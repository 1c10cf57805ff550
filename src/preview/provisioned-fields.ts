/** A schema as it is after `provision`. */
import type { CrmField, CrmObject, CrmSchema, FieldDefinition } from '../../connectors/connector.ts';

/** `schema` with those of `wanted` that it lacks. */
export function withProvisionedFields(schema: CrmSchema, wanted: readonly FieldDefinition[]): CrmSchema {
  const extended = (object: CrmObject) => {
    const missing = wanted.filter((each) => each.object === object && !schema[object].has(each.name));
    if (missing.length === 0) return schema[object];
    const fields = missing.map(({ name, label, type }): [string, CrmField] => {
      return [name, { name, label, type, createable: true, updateable: true }];
    });
    return new Map([...schema[object], ...fields]);
  };
  return { person: extended('person'), call: extended('call'), task: extended('task') };
}
