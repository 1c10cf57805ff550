/** A row without the fields that are to blame for its rejection, or may be. */
import { CrmError } from '../../connector.ts';
import { PROVISION } from '../commands.ts';
import { explained, type Rejection, type RejectionKind } from './rejection.ts';
import { type Row, withoutFields } from './row.ts';
import type { RowSender } from './row-sender.ts';

/** Rejections that a row may survive by losing a field. */
const FIELD_FAULTS: readonly RejectionKind[] = [
  'field',
  'field-missing',
  'field-denied',
  'conflict',
  'gone',
  'permanent',
];

/** The same row when it can lose none. Never loses a required field. Throws CrmError when a key field is gone. */
export function withoutRejectedFields(row: Row, rejection: Rejection, sender: RowSender): Row {
  if (!FIELD_FAULTS.includes(rejection.kind)) return row;
  const required = sender.requiredFields(row);
  if (rejection.kind === 'field-missing') {
    const lost = rejection.fields.find((name) => required.includes(name));
    if (lost) throw keyFieldMissing(sender.crm, row, lost);
  }
  const droppable = (names: readonly string[]) =>
    names.filter((name) => name in row.fields && !required.includes(name));
  const named = droppable(rejection.fields);
  const blamed = named.length > 0 ? named : droppable(sender.suspectedFields?.(row, rejection) ?? []);
  return withoutFields(row, blamed, `${sender.crm} rejects it: ${explained(rejection)}`);
}

function keyFieldMissing(crm: string, { object }: Row, field: string): CrmError {
  const fix = `it is created again when the token may, else run ${PROVISION}`;
  return new CrmError('unauthorized', `${crm} no longer has the ${object} field ${field}: ${fix}`, {
    code: 'KEY_FIELD_MISSING',
  });
}
