/** HubSpot's OpenAPI schemas (fixtures/cut-hubspot-schemas.ts), corrected where HubSpot's own answers and guides differ. */
import { readFileSync } from 'node:fs';

export interface Route {
  readonly query: Readonly<Record<string, Schema>>;
  readonly body?: string;
  /** The schema's name by status; null without a body. */
  readonly answers: Readonly<Record<string, string | null>>;
}

export interface Schema {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly [keyword: string]: unknown;
}

export interface Schemas {
  readonly routes: Readonly<Record<string, Route>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

type Correct = (schema: Schema) => Schema;

const TEXT: Schema = { type: 'string' };
const LISTS: Schema = { type: 'object', additionalProperties: { type: 'array', items: TEXT } };
const SORT: Schema = {
  type: 'object',
  required: ['propertyName'],
  properties: { propertyName: TEXT, direction: { type: 'string', enum: ['ASCENDING', 'DESCENDING'] } },
  additionalProperties: false,
};

/** By the name of the schema, without the number of its variant. */
const CORRECTIONS: Readonly<Record<string, Correct>> = {
  // `after` and `sorts` are left out by every client, and `sorts` holds objects:
  // https://developers.hubspot.com/docs/api-reference/search/guide#sort-search-results
  PublicObjectSearchRequest: (schema) => ({
    ...withProperties(schema, { sorts: { type: 'array', items: SORT } }),
    required: ['filterGroups'],
  }),
  // A property that was asked for and never set is null.
  SimplePublicObject: withNullProperties,
  SimplePublicObjectWithAssociations: withNullProperties,
  SimplePublicUpsertObject: withNullProperties,
  // Rows name what they are about or do not; the narrower category is a text.
  // https://developers.hubspot.com/docs/api-reference/error-handling#multi-status-errors
  StandardError: (schema) => ({
    ...withProperties(schema, { subCategory: TEXT }),
    required: ['status', 'category', 'message'],
  }),
  // Answers have a status, those about quotas other keys, and those of gateways fewer:
  // https://developers.hubspot.com/docs/api-reference/error-handling
  Error: (schema) => ({
    ...withProperties(schema, {
      status: TEXT,
      errorType: TEXT,
      policyName: TEXT,
      groupName: TEXT,
      requestId: TEXT,
      context: LISTS,
    }),
    required: ['message'],
  }),
  // Numbers in answers of 2026, text in the file.
  MultiAssociatedObjectWithLabel: (schema) =>
    withProperties(schema, { toObjectId: { type: ['string', 'integer'] } as never }),
  AssociationSpecWithLabel: (schema) =>
    withProperties(schema, { label: { type: ['string', 'null'] } as never }),
};

export function readSchemas(): Schemas {
  const text = readFileSync(new URL('../fixtures/hubspot-schemas.json', import.meta.url), 'utf8');
  const { routes, schemas } = JSON.parse(text) as Schemas;
  return {
    routes: Object.fromEntries(
      Object.entries(routes).map(([name, route]) => [name, withPartial(name, route)]),
    ),
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => {
        const correct = CORRECTIONS[name.replace(/\d+$/, '')];
        return [name, correct ? correct(schema) : schema];
      }),
    ),
  };
}

/** The schemas whose correction the files need no more, or never did. */
export function idleCorrections(): readonly string[] {
  const text = readFileSync(new URL('../fixtures/hubspot-schemas.json', import.meta.url), 'utf8');
  const names = Object.keys((JSON.parse(text) as Schemas).schemas).map((name) => name.replace(/\d+$/, ''));
  return Object.keys(CORRECTIONS).filter((name) => !names.includes(name));
}

/**
 * Any batch may succeed in part, and any 2xx may hold the errors of its rows:
 * https://developers.hubspot.com/docs/api-reference/error-handling#multi-status-errors
 */
function withPartial(name: string, route: Route): Route {
  const { answers } = route;
  if (!name.includes('/batch/') || '204' in answers) return route;
  const partial = answers['207'] ?? answers['200'] ?? answers['201']!;
  const documented = Object.keys(answers).filter((status) => status !== 'default');
  const whole = Object.fromEntries([...documented, '207'].map((status) => [status, partial]));
  return { ...route, answers: { ...answers, ...whole } };
}

function withProperties(schema: Schema, properties: Readonly<Record<string, Schema>>): Schema {
  return { ...schema, properties: { ...schema.properties, ...properties } };
}

function withNullProperties(schema: Schema): Schema {
  const values = { type: ['string', 'null'] } as never;
  return withProperties(schema, { properties: { type: 'object', additionalProperties: values } });
}
