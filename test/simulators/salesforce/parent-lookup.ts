import { ApiError, RecordRefused } from './api-error.ts';
import type { Field, SObject } from './field.ts';
import type { Org } from './org.ts';
import type { Row } from './row.ts';

/**
 * A parent given by its external id instead of its record id: `"Who": {"attributes": {"type": "Contact"},
 * "Key__c": "…"}`. A relationship to several objects needs the type.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_relationship_traversal.htm
 */
export function parentId(org: Org, child: SObject, relationship: Field, value: unknown): string | null {
  if (value === null) return null;
  refuseWhereUnsupported(org, child, relationship);
  const { attributes, ...keys } = asObject(value, relationship);
  const type = parentType(relationship, attributes);
  const [[name, key] = [], ...more] = Object.entries(keys);
  const field = name === undefined ? undefined : org.access.seen(org.object(type), name);
  if (!field || more.length > 0 || !(field.idLookup || field.externalId)) {
    const message = `${name ?? ''} is not an External ID or indexed field for ${type}`;
    throw new ApiError(400, 'INVALID_FIELD', message);
  }
  return theParent(org, type, field.name, key, relationship).Id;
}

function theParent(org: Org, type: string, field: string, key: unknown, relationship: Field): Row {
  const matches = org.table(type).matches(field, typeof key === 'string' ? key : null);
  if (matches.length === 0) {
    const message = `Foreign key external ID: ${key} not found for field ${field} in entity ${type}`;
    throw new RecordRefused('INVALID_FIELD', message);
  }
  if (matches.length > 1) {
    const message = `More than one record found for external id field: ${matches.map((row) => row.Id)}`;
    throw new RecordRefused('DUPLICATE_EXTERNAL_ID', message, [relationship.name]);
  }
  return matches[0]!;
}

function refuseWhereUnsupported(org: Org, child: SObject, relationship: Field): void {
  const name = relationship.relationshipName;
  const { nestedParents, nestedRefusal } = org.settings;
  if (nestedParents === 'refuse-request') {
    const message = `No such column '${name}' on sobject of type ${child.name}`;
    throw new ApiError(400, nestedRefusal?.code ?? 'INVALID_FIELD', nestedRefusal?.message ?? message);
  }
  if (nestedParents === 'refuse-record') {
    if (nestedRefusal) throw new RecordRefused(nestedRefusal.code, nestedRefusal.message);
    const message = `The relationship '${name}' of ${child.name} cannot be set by an external ID`;
    throw new RecordRefused('INVALID_FIELD', message, [relationship.name]);
  }
}

function asObject(value: unknown, relationship: Field): Record<string, unknown> {
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  const message = `Cannot deserialize instance of reference from ${relationship.relationshipName} value ${value}`;
  throw new ApiError(400, 'JSON_PARSER_ERROR', message);
}

function parentType(relationship: Field, attributes: unknown): string {
  const stated = (attributes as { type?: unknown } | undefined)?.type;
  const type = stated ?? (relationship.referenceTo.length === 1 ? relationship.referenceTo[0] : undefined);
  if (typeof type === 'string' && relationship.referenceTo.includes(type)) return type;
  const message = `The relationship ${relationship.relationshipName} needs attributes.type, one of ${relationship.referenceTo.join(', ')}`;
  throw new ApiError(400, 'INVALID_FIELD', message);
}
