/** Checks for `doctor` that the CRM has the fields of the mapping: those it lacks are skipped in every call. */
import type { Connector, CrmSchema, FieldDefinition, Finding } from '../../connectors/connector.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { nearest } from '../mapping/validate/nearest.ts';
import { commandLine } from './command-line.ts';
import { error, warning } from './findings.ts';

export async function checkMappedFields(
  connector: Pick<Connector, 'schema'>,
  { fields, policy: { matchFields = [] } }: CompiledMapping,
): Promise<Finding[]> {
  let schema: CrmSchema;
  try {
    schema = await connector.schema();
  } catch {
    // The connector's own check has reported why the CRM does not answer.
    return [];
  }
  const missing = fields.filter(({ object, name }) => !schema[object].has(name));
  const readOnly = fields.filter(({ object, name }) => {
    const field = schema[object].get(name);
    return field && !field.createable && !field.updateable;
  });
  return [
    ...matchFields.filter((name) => !schema.person.has(name)).map((name) => missingMatchField(name, schema)),
    ...skippedFields('not in the CRM', missing, `run \`${commandLine('provision')}\``),
    ...skippedFields(
      'not writable by this user',
      readOnly,
      'give the user edit access, or change the mapping',
    ),
  ];
}

function missingMatchField(name: string, { person }: CrmSchema): Finding {
  const near = nearest(name, [...person.keys()]);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  const message = `match.by uses ${name}, which the CRM does not have${hint}`;
  return error('mapping', message, 'fix match.by, or create the field');
}

function skippedFields(reason: string, fields: readonly FieldDefinition[], fix: string): Finding[] {
  if (fields.length === 0) return [];
  const names = fields.map(({ object, name }) => `${object}.${name}`).join(', ');
  return [warning('fields', `skipped, ${reason}: ${names}`, fix)];
}
