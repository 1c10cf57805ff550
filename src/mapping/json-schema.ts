/** The JSON Schema of mapping files, made from the zod schema: for editors, and to list the keys allowed at a place. */
import { z } from 'zod';
import { mappingSchema } from './schema/mapping-file.ts';

export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

export function mappingJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(mappingSchema, { io: 'input' }) as JsonSchema;
  return { ...schema, title: 'Mapping file of altur-crm-sync' };
}

/** The keys allowed at a place of a mapping file. */
export function keysAt(place: readonly PropertyKey[]): readonly string[] {
  let schemas: readonly JsonSchema[] = [mappingJsonSchema()];
  for (const key of place) schemas = schemas.flatMap(branches).flatMap((schema) => below(schema, key));
  return [...new Set(schemas.flatMap(branches).flatMap(({ properties = {} }) => Object.keys(properties)))];
}

function branches(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ? schema.anyOf.flatMap(branches) : [schema];
}

function below({ properties = {}, additionalProperties, items }: JsonSchema, key: PropertyKey): JsonSchema[] {
  const named = typeof key === 'string' && Object.hasOwn(properties, key) ? properties[key] : undefined;
  const found = typeof key === 'number' ? items : (named ?? additionalProperties);
  return found ? [found] : [];
}
