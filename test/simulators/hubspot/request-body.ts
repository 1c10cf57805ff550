/** Reads request bodies as HubSpot does: a wrong JSON type is an error, an unknown name is ignored. */
import { rowsOf } from '../kit/batch.ts';
import { repeated, sameCase } from '../kit/unique-keys.ts';
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

/** A body without `inputs` is an empty batch, which succeeds. */
export function inputsOf(body: unknown, max = MAX_INPUTS): readonly Body[] {
  const { inputs = [] } = objectOf(body, 'request');
  const rows = rowsOf(inputs, {
    max,
    notAList: () => undeserializable('inputs', 'array'),
    tooMany: () => invalid(`The maximum number of inputs supported in a batch request is ${max}.`),
  });
  return rows.map((input) => objectOf(input, 'inputs'));
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

/** Every value must be a string. */
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

/** A repeated id rejects the whole batch, even when every row has a trace id. */
export function refuseRepeated(
  inputs: readonly { readonly id: string; readonly idProperty?: string | undefined }[],
) {
  const again = repeated(
    inputs,
    ({ id, idProperty = '' }) => `${idProperty} ${sameCase(idProperty !== 'email', id)}`,
  );
  if (again.length === 0) return;
  const ids = [...new Set(again.map(({ id }) => id))];
  const message = `Duplicate IDs found in batch input: [${ids.join(', ')}]. IDs must be unique`;
  throw invalid(message, { context: { ids } });
}

function undeserializable(name: string, expected: string) {
  return invalid(`Invalid input JSON: cannot deserialize value of ${name}, expected ${expected}`);
}
