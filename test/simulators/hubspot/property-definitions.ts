/** The properties API. https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
import { runRows, splitOutcomes } from '../kit/batch.ts';
import { repeated } from '../kit/unique-keys.ts';
import { errorRow, invalid, isApiError, notFound } from './api-error.ts';
import type { TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { FIELD_TYPES, type Option, type Property, type PropertyType, property } from './property.ts';
import { type Answer, batchAnswer } from './record-answer.ts';
import { type Body, inputsOf, objectOf, textOf } from './request-body.ts';
import type { Settings } from './settings.ts';

/** Sensitive properties are listed when they are asked for: https://developers.hubspot.com/docs/api-reference/latest/crm/properties/sensitive-data */
export function listProperties(portal: Portal, type: TypeName, query: URLSearchParams): Answer {
  const sensitivity = query.get('dataSensitivity') ?? 'non_sensitive';
  const all = portal.of(type).registry.list();
  return { status: 200, body: { results: all.filter((each) => each.dataSensitivity === sensitivity) } };
}

export function readProperty(portal: Portal, type: TypeName, name: string, query: URLSearchParams): Answer {
  const found = existing(portal, type, name);
  if (found.dataSensitivity !== (query.get('dataSensitivity') ?? 'non_sensitive'))
    throw notFound(`The property named "${name}" does not exist.`);
  return { status: 200, body: found };
}

export function createProperty(portal: Portal, type: TypeName, body: unknown): Answer {
  return { status: 201, body: create(portal, type, objectOf(body, 'request')) };
}

export function createProperties(portal: Portal, type: TypeName, body: unknown): Answer {
  const outcomes = runRows(inputsOf(body), (input) => create(portal, type, input), isApiError);
  const { results, rejected } = splitOutcomes(outcomes);
  const errors = rejected.map(({ row, rejection }) =>
    errorRow(rejection.refusal, { name: [String(row.name)] }),
  );
  return batchAnswer({ whole: 201, partial: 207 }, results, errors);
}

/** `options` replaces the whole list; whether values are unique is fixed at creation. */
export function updateProperty(portal: Portal, type: TypeName, name: string, body: unknown): Answer {
  const before = existing(portal, type, name);
  const { label, description, options } = objectOf(body, 'request');
  // The refusal's text is a guess.
  if (options !== undefined && before.modificationMetadata.readOnlyOptions)
    throw invalid(`The options of property ${name} are read only.`);
  const updated = {
    ...before,
    label: textOf(label, 'label') ?? before.label,
    description: textOf(description, 'description') ?? before.description,
    options: options === undefined ? before.options : optionsOf(options),
  };
  portal.of(type).registry.replace(updated);
  return { status: 200, body: updated };
}

export function archiveProperty(portal: Portal, type: TypeName, name: string): Answer {
  existing(portal, type, name);
  portal.of(type).registry.archive(name);
  return { status: 204, body: undefined };
}

export function listGroups(portal: Portal, type: TypeName): Answer {
  return { status: 200, body: { results: portal.of(type).registry.groups() } };
}

export function createGroup(portal: Portal, type: TypeName, body: unknown): Answer {
  const { name, label } = requireTexts(objectOf(body, 'request'), ['name', 'label']);
  return { status: 201, body: portal.of(type).registry.addGroup({ name, label }) };
}

function existing(portal: Portal, type: TypeName, name: string): Property {
  const found = portal.of(type).registry.definition(name);
  if (!found) throw notFound(`The property named "${name}" does not exist.`);
  return found;
}

function create(portal: Portal, type: TypeName, body: Body): Property {
  const texts = requireTexts(body, ['name', 'label', 'type', 'fieldType', 'groupName']);
  const { name, label, fieldType, groupName } = texts;
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw invalid(`"${name}" is not a valid property name.`);
  return portal.of(type).registry.add(
    property({
      name,
      label,
      type: typeOf(texts.type, fieldType),
      fieldType,
      groupName,
      description: textOf(body.description, 'description') ?? '',
      options: optionsOf(body.options ?? []),
      hasUniqueValue: uniqueness(portal.settings, type, body, texts.type),
    }),
  );
}

function typeOf(type: string, fieldType: string): PropertyType {
  const fieldTypes: readonly string[] | undefined = FIELD_TYPES[type as PropertyType];
  if (!fieldTypes)
    throw invalid(`Property type ${type} is not one of ${Object.keys(FIELD_TYPES).join(', ')}`);
  if (!fieldTypes.includes(fieldType)) {
    throw invalid(
      `Field type ${fieldType} does not go with type ${type}, which takes ${fieldTypes.join(', ')}`,
    );
  }
  return type as PropertyType;
}

function uniqueness(
  settings: Settings,
  object: TypeName,
  { hasUniqueValue = false }: Body,
  type: string,
): boolean {
  if (typeof hasUniqueValue !== 'boolean') throw invalid('hasUniqueValue must be true or false');
  if (!hasUniqueValue) return false;
  if (type !== 'string' && type !== 'number')
    throw invalid(`Properties of type ${type} cannot have unique values.`);
  if (object === 'contacts' || settings.uniqueOnActivities === 'accept') return true;
  if (settings.uniqueOnActivities === 'ignore') return false;
  throw invalid(`Unique properties are not supported for ${object}.`);
}

function optionsOf(options: unknown): Option[] {
  if (!Array.isArray(options)) throw invalid('options must be a list');
  const values = options.map((each, index) => {
    const { label, value } = requireTexts(objectOf(each, 'options'), ['label', 'value']);
    const { displayOrder = index, hidden = false, description } = each as Partial<Option>;
    return { label, value, displayOrder, hidden, ...(description !== undefined && { description }) };
  });
  if (repeated(values, ({ value }) => value).length > 0) throw invalid('options must differ in value');
  return values;
}

function requireTexts<Name extends string>(body: Body, names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => typeof body[name] !== 'string' || body[name] === '');
  if (missing.length > 0) throw invalid(`Some required fields were not set: [${missing.join(', ')}]`);
  return body as Record<Name, string>;
}
