/** What became of a record, from what became of its rows. */
import type { CrmObject, LeftOut, Outcome } from '../connector.ts';
import type { Refusal } from './errors.ts';
import { type Entry, nameOf } from './org.ts';
import type { RowResult } from './rows.ts';

interface Part {
  readonly object: CrmObject;
  readonly key?: string;
  readonly result: RowResult | undefined;
}

export function outcomeOf({ record, target }: Entry, results: ReadonlyMap<string, RowResult>): Outcome {
  const skipped = target?.kind === 'none' && !target.logs;
  const person = target && results.get(nameOf.person(target));
  const parts: Part[] = [
    ...(person ? [{ object: 'person', result: person } as const] : []),
    ...(record.call && !skipped
      ? [{ object: 'call', result: results.get(nameOf.call(record)) } as const]
      : []),
    ...(skipped
      ? []
      : record.tasks.map(
          ({ key }) => ({ object: 'task', key, result: results.get(nameOf.task(key)) }) as const,
        )),
  ];
  for (const { object, result } of parts) {
    if (result === undefined)
      return { status: 'retry', reason: `Salesforce did not say what became of the ${object}` };
    if (result.status === 'refused') return failureOf(object, result.refusal);
  }
  const leftOut: LeftOut[] = [...record.leftOut];
  const tasks: Record<string, string> = {};
  let personId = target?.id;
  let call: string | undefined;
  for (const { object, key, result } of parts) {
    if (result?.status !== 'written') continue;
    for (const { field, code } of result.leftOut)
      leftOut.push({ object, field, reason: `Salesforce refuses it: ${code}` });
    if (object === 'person') personId = result.id ?? personId;
    else if (object === 'call') call = result.id;
    else if (result.id !== undefined) tasks[key!] = result.id;
  }
  return {
    status: 'synced',
    records: {
      ...(personId !== undefined && { person: personId }),
      ...(call !== undefined && { call }),
      ...(Object.keys(tasks).length > 0 && { tasks }),
    },
    leftOut,
    ...(target?.note !== undefined && { note: target.note }),
  };
}

function failureOf(object: CrmObject, refusal: Refusal): Outcome {
  const mend = 'then `failed retry`';
  switch (refusal.kind) {
    case 'passing':
      return { status: 'retry', reason: `Salesforce cannot write the ${object} for now: ${refusal.reason}` };
    case 'orphan':
    case 'gone':
    case 'converted':
    case 'present':
      return { status: 'retry', reason: `the ${object}’s record changed meanwhile` };
    case 'nesting':
      return { status: 'retry', reason: 'the org wants people and tasks in two requests' };
    case 'duplicate':
      return {
        status: 'parked',
        reason: `a duplicate rule of the org blocks the ${object}: let the integration user save duplicates, or merge the records, ${mend}`,
      };
    case 'fields':
      return {
        status: 'parked',
        reason: `Salesforce refuses the ${object}: ${refusal.code} (${refusal.fields.join(', ')}): mend the field or the mapping, ${mend}`,
      };
    case 'final': {
      const fields = refusal.fields.length > 0 ? ` (${refusal.fields.join(', ')})` : '';
      return {
        status: 'parked',
        reason: `Salesforce refuses the ${object}: ${refusal.code}${fields}: mend the rule, the permission or the mapping, ${mend}`,
      };
    }
    default:
      return refusal satisfies never;
  }
}
