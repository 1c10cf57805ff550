/** What became of a record, from what became of its rows. */
import type { CrmObject, Outcome, RecordIds, SkippedField } from '../connector.ts';
import { type Entry, nameOf } from './org.ts';
import type { Refusal } from './refusals.ts';
import type { RowResult } from './row.ts';

interface Part {
  readonly object: CrmObject;
  readonly key?: string;
  readonly result: RowResult | undefined;
}

export function outcomeOf(entry: Entry, results: ReadonlyMap<string, RowResult>): Outcome {
  const { record, target } = entry;
  const parts = partsOf(entry, results);
  for (const { object, result } of parts) {
    if (result === undefined)
      return {
        status: 'retry',
        code: 'RETRY',
        reason: `Salesforce did not say what became of the ${object}`,
      };
    if (result.status === 'refused') return failureOf(object, result.refusal);
  }
  const skippedFields: SkippedField[] = [...record.skippedFields];
  for (const { object, result } of parts) {
    if (result?.status === 'written')
      skippedFields.push(...result.skippedFields.map((each) => ({ object, code: 'FIELD_REFUSED', ...each })));
  }
  const records = writtenIds(entry, results);
  return {
    status: 'synced',
    records,
    skippedFields,
    ...(target?.note !== undefined && { note: target.note }),
  };
}

/** The ids of what was written of it. */
export function writtenIds(entry: Entry, results: ReadonlyMap<string, RowResult>): RecordIds {
  const tasks: Record<string, string> = {};
  let person = entry.target?.id;
  let call: string | undefined;
  for (const { object, key, result } of partsOf(entry, results)) {
    if (result?.status !== 'written' || result.id === undefined) continue;
    if (object === 'person') person = result.id;
    else if (object === 'call') call = result.id;
    else tasks[key!] = result.id;
  }
  return {
    ...(person !== undefined && { person }),
    ...(call !== undefined && { call }),
    ...(Object.keys(tasks).length > 0 && { tasks }),
  };
}

/** One of its records, or its person, is no longer there. */
export function isGone(entry: Entry, results: ReadonlyMap<string, RowResult>): boolean {
  return partsOf(entry, results).some(
    ({ result }) => result?.status === 'refused' && result.refusal.kind === 'gone',
  );
}

function partsOf({ record, target }: Entry, results: ReadonlyMap<string, RowResult>): readonly Part[] {
  const skipped = target?.kind === 'none' && !target.logs;
  const person = target && results.get(nameOf.person(target));
  const parts: Part[] = person ? [{ object: 'person', result: person }] : [];
  if (skipped) return parts;
  if (record.call) parts.push({ object: 'call', result: results.get(nameOf.call(record)) });
  for (const { key } of record.tasks) {
    parts.push({ object: 'task', key, result: results.get(nameOf.task(key)) });
  }
  return parts;
}

function failureOf(object: CrmObject, refusal: Refusal): Outcome {
  const mend = 'then `failed retry`';
  switch (refusal.kind) {
    case 'passing':
      return {
        status: 'retry',
        code: 'RETRY',
        reason: `Salesforce cannot write the ${object} for now: ${refusal.reason}`,
      };
    case 'orphan':
    case 'converted':
    case 'present':
    case 'nesting':
      return { status: 'retry', code: 'RETRY', reason: `the ${object}’s record changed meanwhile` };
    case 'gone':
      return {
        status: 'dead-letter',
        code: 'REFUSED',
        reason: `Salesforce refuses the ${object}: ${refusal.code}: a record that it names is gone, taken or hidden from this user: mend it or the mapping, ${mend}`,
      };
    case 'duplicate':
      return {
        status: 'dead-letter',
        code: 'REFUSED',
        reason: `a duplicate rule of the org blocks the ${object}: let the integration user save duplicates, or merge the records, ${mend}`,
      };
    case 'fields':
      return {
        status: 'dead-letter',
        code: 'REFUSED',
        reason: `Salesforce refuses the ${object}: ${refusal.code} (${refusal.fields.join(', ')}): mend the field or the mapping, ${mend}`,
      };
    case 'final': {
      const fields = refusal.fields.length > 0 ? ` (${refusal.fields.join(', ')})` : '';
      return {
        status: 'dead-letter',
        code: 'REFUSED',
        reason: `Salesforce refuses the ${object}: ${refusal.code}${fields}: mend the rule, the permission or the mapping, ${mend}`,
      };
    }
    default:
      return refusal satisfies never;
  }
}
