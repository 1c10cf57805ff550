/**
 * The one place that decides what becomes of several writes of one field, by their rule: of `newest` the call that
 * ended last decides, `append` adds up, `if-empty` writes only where the CRM's field is empty, `always` takes the
 * last one. Used for the calls of one person and for several persons that are one record.
 */
import type { FieldWrite } from '../../connector.ts';
import { appendedList } from '../list-values.ts';
import type { PersonMatch } from './match.ts';

/** `writes` in the order of their calls, oldest first. */
export function mergeWrites(writes: Iterable<FieldWrite>): readonly FieldWrite[] {
  const merged = new Map<string, FieldWrite>();
  for (const write of writes) {
    const earlier = merged.get(write.field);
    if (!isOlder(write, earlier)) merged.set(write.field, joined(earlier, write));
  }
  return [...merged.values()];
}

/** The fields to write to the record of a match. */
export function fieldsToWrite({ action, people, empty }: PersonMatch): readonly FieldWrite[] {
  const writes = people.flatMap(({ linkOnly, fields }) => (linkOnly ? [] : fields));
  const mayFill = (field: string) => action === 'create' || empty.includes(field);
  return mergeWrites(writes.filter(({ when, field }) => when !== 'if-empty' || mayFill(field)));
}

function isOlder(write: FieldWrite, other: FieldWrite | undefined): boolean {
  return write.when === 'newest' && other?.when === 'newest' && (write.asOf ?? 0) < (other.asOf ?? 0);
}

function joined(earlier: FieldWrite | undefined, write: FieldWrite): FieldWrite {
  if (write.when !== 'append' || earlier === undefined) return write;
  return { ...write, value: appendedList(earlier.value, write.value) };
}
