/** Finds calls and tasks by their keys. */
import type { CrmObject } from '../connector.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import { type FoundRecord, type HubSpot, readRecords } from './records.ts';
import { searchRecords } from './search.ts';

type ActivityObject = Exclude<CrmObject, 'person'>;

/**
 * Record ids by key. Unique keys are read a hundred in a request, which sees what was just written; others are
 * searched for, about a hundred in a request, seconds behind.
 */
export async function findActivities(
  hubspot: HubSpot,
  object: ActivityObject,
  keys: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { name: property } = KEY_PROPERTIES[object];
  const type = OBJECT_TYPES[object];
  const isUnique = hubspot.schema[object].get(property)?.unique === true;
  const properties = [property];
  if (isUnique) {
    const read = { idProperty: property, values: keys, properties };
    return idsByKey(keys, property, await readRecords(hubspot, type, read, signal));
  }
  // IN compares text in lower case: https://developers.hubspot.com/docs/api-reference/search/guide
  const terms = keys.map((key) => ({ property, value: key.toLowerCase() }));
  return idsByKey(keys, property, await searchRecords(hubspot, { type, terms, properties }, signal));
}

/** A portal may return keys in lower case (key-spelling.ts): such a one is this call's unless it is itself asked for. */
function idsByKey(
  keys: readonly string[],
  property: string,
  found: readonly FoundRecord[],
): ReadonlyMap<string, string> {
  const ids = new Map(found.map(({ id, properties }) => [properties?.[property] ?? '', id]));
  const asked = new Set(keys);
  return new Map(
    keys.flatMap((key): [string, string][] => {
      const lowered = key.toLowerCase();
      const id = ids.get(key) ?? (asked.has(lowered) ? undefined : ids.get(lowered));
      return id === undefined ? [] : [[key, id]];
    }),
  );
}
