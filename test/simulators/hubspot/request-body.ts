/** Bodies as HubSpot reads them: what is not of the expected JSON type is refused, what is unknown ignored. */
import { invalid } from './api-error.ts';

export type Body = Readonly<Record<string, unknown>>;

/** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch */
const MAX_INPUTS = 100;

export interface BatchInput {
  readonly id: string;
  readonly idProperty: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly traceId: string | undefined;
  readonly associations: readonly unknown[];
}

/** Without `inputs` there is nothing to do, which HubSpot does successfully. */
export function inputsOf(body: unknown, most = MAX_INPUTS): readonly Body[] {
  const { inputs = [] } = objectOf(body, 'request');
  if (!Array.isArray(inputs)) throw undeserializable('inputs', 'array');
  if (inputs.length > most)
    throw invalid(`The maximum number of inputs supported in a batch request is ${most}.`);
  return inputs.map((input) => objectOf(input, 'inputs'));
}

export function batchInput(input: Body): BatchInput {
  const { associations = [] } = input;
  if (!Array.isArray(associations)) throw undeserializable('associations', 'array');
  return {
    id: textOf(input.id, 'id') ?? '',
    idProperty: textOf(input.idProperty, 'idProperty'),
    properties: propertiesOf(input),
    traceId: textOf(input.objectWriteTraceId, 'objectWriteTraceId'),
    associations,
  };
}

/** Values are text. */
export function propertiesOf(body: Body): Readonly<Record<string, string>> {
  const properties = objectOf(body.properties ?? {}, 'properties');
  for (const value of Object.values(properties)) {
    if (typeof value !== 'string') throw undeserializable('properties', 'string');
  }
  return properties as Record<string, string>;
}

export function objectOf(value: unknown, name: string): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw undeserializable(name, 'object');
  return value as Body;
}

export function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw undeserializable(name, 'string');
}

export function textsOf(value: unknown, name: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw undeserializable(name, 'array of strings');
}

/** HubSpot takes a batch with a repeated id for a mistake of the caller's, trace ids or not. */
export function refuseRepeated(
  inputs: readonly { readonly id: string; readonly idProperty?: string | undefined }[],
) {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id, idProperty = '' } of inputs) {
    const key = `${idProperty} ${idProperty === 'email' ? id.toLowerCase() : id}`;
    if (seen.has(key)) repeated.add(id);
    seen.add(key);
  }
  if (repeated.size === 0) return;
  const ids = [...repeated];
  const message = `Duplicate IDs found in batch input: [${ids.join(', ')}]. IDs must be unique`;
  throw invalid(message, { context: { ids } });
}

function undeserializable(name: string, expected: string) {
  return invalid(`Invalid input JSON: cannot deserialize value of ${name}, expected ${expected}`);
}
