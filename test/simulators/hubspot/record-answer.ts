/** Responses in HubSpot's form, for records and for batches. */
import { errorRow, type Refusal } from './api-error.ts';
import type { CrmRecord } from './crm-record.ts';
import type { ObjectType } from './object-type.ts';
import type { Settings } from './settings.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** `names` are the requested properties; those without a value are null. */
export function recordAnswer(
  { typeId, createdProperty, modifiedProperty }: ObjectType,
  { portalId, lowerCaseUnique }: Settings,
  { id, properties, cleared = [], createdAt, updatedAt }: CrmRecord,
  names: Iterable<string>,
  hidden: ReadonlySet<string> = new Set(),
) {
  const wanted = new Set([...names, 'hs_object_id', createdProperty, modifiedProperty]);
  return {
    id,
    properties: Object.fromEntries(
      [...wanted].map((name) => {
        const value = hidden.has(name) ? null : (properties[name] ?? (cleared.includes(name) ? '' : null));
        return [name, lowerCaseUnique && KEY.test(name) ? (value?.toLowerCase() ?? null) : value];
      }),
    ),
    createdAt,
    updatedAt,
    archived: false,
    url: `https://app.hubspot.com/contacts/${portalId}/record/${typeId}/${id}`,
  };
}

const KEY = /^altur_(person_key|call_id|task_key)$/;

export type ErrorRow = ReturnType<typeof errorRow>;

export function batchAnswer(
  statuses: { readonly whole: number; readonly partial: number },
  results: readonly unknown[],
  errors: readonly ErrorRow[],
  startedAt = new Date().toISOString(),
): Answer {
  const completedAt = new Date().toISOString();
  const body = { status: 'COMPLETE', results, startedAt, completedAt };
  if (errors.length === 0) return { status: statuses.whole, body };
  return { status: statuses.partial, body: { ...body, numErrors: errors.length, errors } };
}

/** All unknown ids share one error. */
export function missingRows({ label }: ObjectType, ids: readonly string[]): ErrorRow[] {
  if (ids.length === 0) return [];
  const message = `Could not get some ${label} objects, they may be deleted or not exist. Check that ids are valid.`;
  const refusal: Refusal = { status: 404, category: 'OBJECT_NOT_FOUND', message };
  return [errorRow(refusal, { ids })];
}
