/** What became of a record, from what became of its contact, its call and its tasks. */
import type { CallRecord, CrmObject, Outcome, SkippedField } from '../connector.ts';
import type { PersonMatch } from '../engine/persons/match.ts';
import type { WriteResult } from './batch.ts';
import type { Refusal } from './errors.ts';
import type { Activities } from './sync.ts';

interface Written {
  readonly record: CallRecord;
  readonly target: PersonMatch | undefined;
  readonly contact: WriteResult | undefined;
  readonly calls: Activities;
  readonly tasks: Activities;
}

export function outcomeOf({ record, target, contact, calls, tasks }: Written): Outcome {
  const parts: Part[] = [];
  if (contact) parts.push({ object: 'person', result: contact, linked: true });
  const skipped = target?.kind === 'none' && !target.logs;
  const part = (object: CrmObject, key: string, { results, unlinked }: Activities) => {
    const result = results.get(key) ?? { status: 'unknown' };
    const linked = result.status !== 'written' || !unlinked.has(result.recordId);
    parts.push({ object, key, result, linked });
  };
  const contactWritten = !contact || contact.status === 'written';
  if (!skipped && contactWritten) {
    if (record.call) part('call', record.callId, calls);
    for (const { key } of record.tasks) part('task', key, tasks);
  }
  return failureOf(parts) ?? success(record, target, parts);
}

interface Part {
  readonly object: CrmObject;
  readonly key?: string;
  readonly result: WriteResult;
  readonly linked: boolean;
}

const NAMES: Readonly<Record<CrmObject, string>> = { person: 'contact', call: 'call', task: 'task' };

/** A refusal outweighs what may come right by itself. */
function failureOf(parts: readonly Part[]): Outcome | undefined {
  for (const { object, result } of parts) {
    if (result.status !== 'refused') continue;
    // Somebody else took the key between our look and our write: the next look finds them.
    if (isRace(result.refusal))
      return { status: 'retry', code: 'RETRY', reason: `the ${NAMES[object]} changed meanwhile` };
    return { status: 'dead-letter', code: 'REFUSED', reason: explain(object, result.refusal) };
  }
  const unknown = parts.find(({ result }) => result.status === 'unknown');
  if (unknown) {
    return {
      status: 'retry',
      code: 'RETRY',
      reason: `HubSpot did not say what became of the ${NAMES[unknown.object]}`,
    };
  }
  const unlinked = parts.find(({ linked }) => !linked);
  if (!unlinked) return undefined;
  return {
    status: 'retry',
    code: 'RETRY',
    reason: `HubSpot did not confirm the link of the ${NAMES[unlinked.object]} to its contact`,
  };
}

const RACES = ['VALUE_ALREADY_IN_USE', 'CONFLICT', 'OBJECT_NOT_FOUND'];

/** The record is another, has another key, or is gone since we looked. */
export function isRace({ code }: Refusal): boolean {
  return RACES.includes(code);
}

function explain(object: CrmObject, { code, properties, correlationId }: Refusal): string {
  const blamed = properties.length > 0 ? ` (${properties.join(', ')})` : '';
  const which = correlationId === undefined ? blamed : `${blamed}, correlation id ${correlationId}`;
  return `HubSpot refuses the ${NAMES[object]}: ${code}${which}. Mend the property or the mapping, then \`failed retry\``;
}

function success(record: CallRecord, target: PersonMatch | undefined, parts: readonly Part[]): Outcome {
  const skippedFields: SkippedField[] = [...record.skippedFields];
  const tasks: Record<string, string> = {};
  let person = target?.id;
  let call: string | undefined;
  for (const { object, key, result } of parts) {
    if (result.status !== 'written') continue;
    for (const { property, code } of result.skippedFields) {
      skippedFields.push({ object, field: property, code, reason: `HubSpot refuses it: ${code}` });
    }
    if (object === 'person') person = result.recordId;
    else if (object === 'call') call = result.recordId;
    else tasks[key!] = result.recordId;
  }
  return {
    status: 'synced',
    records: {
      ...(person !== undefined && { person }),
      ...(call !== undefined && { call }),
      ...(Object.keys(tasks).length > 0 && { tasks }),
    },
    skippedFields,
    ...(target?.note !== undefined && { note: target.note }),
  };
}
