/** Checks for `doctor` that the CRM takes what the mapping writes: what it does not take is skipped in every call. */
import type { Connector, CrmSchema, FieldDefinition } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { readOverrides } from '../config/mapping-file.ts';
import { defaultMapping } from '../config/overridden-mapping.ts';
import type { CrmMismatch } from '../mapping/against-crm.ts';
import { closeNames } from '../mapping/close-names.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { lineOf } from '../mapping/line-of.ts';
import type { Place } from '../mapping/validate/content.ts';
import { nearest } from '../mapping/validate/nearest.ts';
import { commandLine } from './command-line.ts';
import { type DoctorFinding, error, ok, warning } from './findings.ts';

/** Where in the mapping file: `person.altur_status (mapping.yaml:12)`. */
type PlaceText = (place: Place) => string;

export async function checkMapping(
  connector: Pick<Connector, 'schema' | 'obstacle'>,
  mapping: CompiledMapping,
  config: Config,
): Promise<readonly DoctorFinding[]> {
  let schema: CrmSchema;
  try {
    schema = await connector.schema();
  } catch {
    // The connector's own check has reported why the CRM does not answer.
    return [];
  }
  const placeText = await placesIn(config);
  const findings = [
    ...checkMatchFields(mapping, schema, placeText),
    ...(await checkMissing(connector, mapping, schema, config, placeText)),
    ...checkReadOnly(mapping, schema, placeText),
    ...mapping.compareWithCrm(schema).map((mismatch) => mismatchFinding(mismatch, placeText)),
  ];
  if (findings.some(({ level }) => level !== 'ok')) return findings;
  return [ok('fields', 'the CRM has all of them, and takes what the mapping sets them to'), ...findings];
}

async function placesIn(config: Config): Promise<PlaceText> {
  const text = await readOverrides(config);
  return (given) => {
    // A rule may be its path alone.
    const rule = given.slice(0, -1);
    const isPathAlone =
      given.at(-1) === 'from' && lineOf(text, given) === undefined && lineOf(text, rule) !== undefined;
    const place = isPathAlone ? rule : given;
    const line = lineOf(text, place);
    const path = place.map(String).join('.');
    return line === undefined ? path : `${path} (${config.mappingFile}:${line})`;
  };
}

function checkMatchFields(
  { policy: { matchFields = [] } }: CompiledMapping,
  { person }: CrmSchema,
  placeText: PlaceText,
): DoctorFinding[] {
  return matchFields
    .filter((name) => !person.has(name))
    .map((name) => {
      const near = nearest(name, [...person.keys()]);
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      const message = `match.by uses ${name}, which the CRM does not have${hint}`;
      return error(placeText(['match', 'by']), message, 'fix match.by, or create the field');
    });
}

async function checkMissing(
  connector: Pick<Connector, 'obstacle'>,
  { fields }: CompiledMapping,
  schema: CrmSchema,
  { connector: chosen }: Config,
  placeText: PlaceText,
): Promise<DoctorFinding[]> {
  const defaults = await defaultMapping(chosen!.definition);
  const obstacle = (field: FieldDefinition) => connector.obstacle?.(field);
  const close = closeNames(fields, schema, defaults);
  const isClose = ({ object, name }: FieldDefinition) =>
    close.some((each) => each.object === object && each.name === name);
  const missing = fields.filter((field) => !schema[field.object].has(field.name) && !isClose(field));
  const creatable = missing.filter((field) => obstacle(field) === undefined);
  const impossible = missing.filter((field) => !creatable.includes(field));
  const suffix = defaults.extracted?.suffix ?? '';
  return [
    ...close.map(({ object, name, near }) => {
      const fix = obstacle({ object, name, label: name, type: 'text' })
        ? `write \`${near}\``
        : `write \`${near}\`; if it is to be a field of its own: \`${commandLine('provision', '--create', name)}\``;
      const message = `skipped: the CRM has no \`${name}\`; did you mean \`${near}\`?`;
      return warning(placeText([object, name]), message, fix, `in the mapping, ${fix}`);
    }),
    ...impossible.map((field) => {
      const { object, name } = field;
      const message = `skipped: ${obstacle(field)}`;
      if (Object.hasOwn(defaults[object] ?? {}, name))
        return warning(
          placeText([object, name]),
          message,
          'give this user read and edit access to the field',
        );
      const own =
        suffix === '' || name.endsWith(suffix) ? '' : `, or name a field of your own: \`${name}${suffix}\``;
      return warning(placeText([object, name]), message, `correct the name${own}`);
    }),
    ...missingFields(creatable),
  ];
}

function missingFields(fields: readonly FieldDefinition[]): DoctorFinding[] {
  if (fields.length === 0) return [];
  const names = fields.map(({ object, name }) => `${object}.${name}`).join(', ');
  const provision = `\`${commandLine('provision')}\``;
  return [
    warning(
      'fields',
      `skipped, not in the CRM: ${names}`,
      `create them: ${provision}`,
      `create the fields that the mapping writes: ${provision}`,
    ),
  ];
}

function checkReadOnly(
  { fields }: CompiledMapping,
  schema: CrmSchema,
  placeText: PlaceText,
): DoctorFinding[] {
  return fields
    .filter(({ object, name }) => {
      const field = schema[object].get(name);
      return field && !field.createable && !field.updateable;
    })
    .map(({ object, name }) => {
      const message = 'skipped: read-only: the CRM calculates it, or this user may not edit it';
      return warning(placeText([object, name]), message, 'give the user edit access, or map another field');
    });
}

const EFFECTS = { skip: 'skipped: ', differs: '', note: '' } as const;

function mismatchFinding({ level, place, message, fix }: CrmMismatch, placeText: PlaceText): DoctorFinding {
  const text = `${EFFECTS[level]}${message}`;
  return fix === undefined ? ok(placeText(place), text) : warning(placeText(place), text, fix);
}
