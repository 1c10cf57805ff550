/** What a call's outcome says of a rejected record: its stable code, what to do, and whether trying again may help. */
import type { Outcome } from '../../connector.ts';
import type { Rejection } from './rejection.ts';

export type Failure = Exclude<Outcome, { status: 'synced' }>;

/** `title`: what the record is called. */
export function failureFor(
  { kind, code, fields, text, correlationId }: Rejection,
  crm: string,
  title: string,
): Failure {
  const named = fields.length > 0 ? ` (${fields.join(', ')})` : '';
  const support = correlationId === undefined ? '' : `, correlation id ${correlationId}`;
  const words = text === undefined ? '' : `: “${text}”`;
  const rejects = `${crm} rejects the ${title}: ${code}${named}${words}${support}`;
  switch (kind) {
    case 'temporary':
      return retry('RECORD_BUSY', `${crm} cannot write the ${title} at the moment: ${code}`);
    case 'unreported':
      return retry('NO_RESULT', `${crm} did not report what became of the ${title}`);
    case 'conflict':
    case 'exists':
    case 'converted':
    case 'parent-missing':
    case 'parent-reference':
      return retry('RECORD_CHANGED', `the ${title}’s record changed meanwhile`);
    case 'not-tried':
      return {
        ...retry(
          'NOT_TRIED',
          `many records of this batch were rejected: the ${title} is tried in a later one`,
        ),
        uncounted: true,
      };
    case 'gone':
      return deadLetter(
        'RECORD_GONE',
        `${rejects}: a record that it names is gone, taken or hidden from this user: fix it or the mapping`,
      );
    case 'key-taken':
      return deadLetter(
        'KEY_DIFFERS_IN_CASE',
        `${crm} takes the person’s id for that of another ${title}, which differs in upper and lower case only: give one of the two another id (f_id) in Altur`,
      );
    case 'duplicate':
      return deadLetter(
        'DUPLICATE_RULE',
        `a duplicate rule of ${crm} blocks the ${title}: let the integration user save duplicates, or merge the records`,
      );
    case 'field':
    case 'field-missing':
    case 'field-denied':
      return deadLetter('FIELD_REJECTED', `${rejects}: fix the field or the mapping`);
    case 'locked':
      return deadLetter(
        'RECORD_LOCKED',
        `${rejects}: a process of ${crm}, such as an approval, holds the record: try again once it is over`,
      );
    case 'permanent':
      return deadLetter('RECORD_REJECTED', `${rejects}: fix the rule, the permission or the mapping`);
    default:
      return kind satisfies never;
  }
}

function retry(code: string, reason: string): Failure & { status: 'retry' } {
  return { status: 'retry', code, reason };
}

function deadLetter(code: string, reason: string): Failure {
  return { status: 'dead-letter', code, reason };
}
