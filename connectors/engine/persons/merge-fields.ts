/** What several calls, or several people who are one record, say of the same field. */

import type { FieldWrite } from '../../connector.ts';
import { appended } from '../list-values.ts';
import type { PersonMatch } from './match.ts';

/** What to write to a target: what later calls say wins, `if-empty` only where empty, `append` onto what is there. */
export function fieldsOf(target: PersonMatch): readonly FieldWrite[] {
  const writes = new Map<string, FieldWrite>();
  for (const { linkOnly, fields } of target.people) {
    if (linkOnly) continue;
    for (const write of fields) {
      const filled = target.kind !== 'create' && !target.empty.includes(write.field);
      if (write.when === 'if-empty' && filled) continue;
      if (isOutdated(write, writes.get(write.field))) continue;
      writes.set(write.field, joined(writes.get(write.field), write));
    }
  }
  return [...writes.values()];
}

function isOutdated(write: FieldWrite, other: FieldWrite | undefined): boolean {
  return write.when === 'newest' && other?.when === 'newest' && (write.asOf ?? 0) < (other.asOf ?? 0);
}

/** Of two writes of one field the later one; lists that both add to are added together. */
export function joined(earlier: FieldWrite | undefined, write: FieldWrite): FieldWrite {
  if (write.when !== 'append' || earlier === undefined) return write;
  return { ...write, value: appended(earlier.value, write.value) };
}
