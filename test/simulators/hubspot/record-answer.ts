/** Records and batches as HubSpot answers them. */
import { errorRow, type Refusal } from './api-error.ts';
import type { ObjectType } from './object-type.ts';
import type { Settings } from './settings.ts';
import type { CrmRecord } from './table.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** `names` are the properties asked for; those that are not set are null. */
export function recordAnswer(
  { typeId, createdProperty, modifiedProperty }: ObjectType,
  { portalId, lowerCaseUnique }: Settings,
  { id, properties, createdAt, updatedAt }: CrmRecord,
  names: Iterable<string>,
) {
  const wanted = new Set([...names, 'hs_object_id', createdProperty, modifiedProperty]);
  return {
    id,
    properties: Object.fromEntries(
      [...wanted].map((name) => {
        const value = properties[name] ?? null;
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

/** Unknown ids are told in one error, however many they are. */
export function missingRows({ label }: ObjectType, ids: readonly string[]): ErrorRow[] {
  if (ids.length === 0) return [];
  const message = `Could not get some ${label} objects, they may be deleted or not exist. Check that ids are valid.`;
  const refusal: Refusal = { status: 404, category: 'OBJECT_NOT_FOUND', message };
  return [errorRow(refusal, { ids })];
}

/** In an order of its own, the same in every run: clients must not rely on the order of their inputs. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = seed >>> 0;
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
