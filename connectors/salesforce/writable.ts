/** What the org lets this user write, by its describe; asking first saves a request for every batch. */
import type { Dropped } from './row.ts';
import type { Describe } from './schema.ts';

export function writable(
  fields: Readonly<Record<string, unknown>>,
  describes: ReadonlyMap<string, Describe>,
  operation: 'create' | 'update',
): { readonly fields: Record<string, unknown>; readonly skippedFields: readonly Dropped[] } {
  const skippedFields: Dropped[] = [];
  const kept = Object.entries(fields).filter(([field]) => {
    const describe = describes.get(field);
    const may = operation === 'create' ? describe?.createable : describe?.updateable;
    if (may !== false) return true;
    const reason =
      operation === 'create'
        ? 'this user may not set it on a new record'
        : 'this user may not change it on a record that is there';
    skippedFields.push({ field, reason });
    return false;
  });
  return { fields: Object.fromEntries(kept), skippedFields };
}
