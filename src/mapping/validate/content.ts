/** Reading the content of a mapping file that may still be anything. */

/** The keys and indexes that lead to a value of the file. */
export type Place = readonly PropertyKey[];

export function valueAt(content: unknown, place: Place): unknown {
  return place.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    content,
  );
}

/** The keys and values of a map; none for anything else, which is reported elsewhere. */
export function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
