/** A JSON object, as an answer of Altur's API is taken apart. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined where it is none, or the part is no object. */
export function objectAt(json: Json, key: string): Json | undefined {
  const value = json[key];
  return isObject(value) ? value : undefined;
}

/** Text or a number, as ids come; undefined when blank. */
export function textAt(json: Json, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = json[key];
    const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
    if (text !== '') return text;
  }
  return undefined;
}

/** ms since the epoch. Without a zone it is taken as UTC, whatever the zone of this machine. */
export function timeAt(json: Json, ...keys: readonly string[]): number | undefined {
  const text = textAt(json, ...keys);
  if (text === undefined || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return undefined;
  const time = Date.parse(hasZone(text) ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** Ends with `Z`, `+01:00` or `-0600`. */
export function hasZone(text: string): boolean {
  return /(?:Z|[+-]\d\d:?\d\d)$/i.test(text.trim());
}
