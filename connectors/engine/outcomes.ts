/** One outcome per call, from the results of its person, its call and its tasks. */
import type { CrmObject, Outcome, RecordIds, SkippedField, Unassigned } from '../connector.ts';
import { type BatchEntry, callRowName, taskRowName } from './activity-rows.ts';
import type { ActivityLinks } from './links.ts';
import type { PersonMatch } from './persons/match.ts';
import { fieldsToWrite } from './persons/merge-fields.ts';
import { personRowName } from './persons/person-rows.ts';
import { type Failure, failureFor } from './rows/failure.ts';
import { explained, NOT_TRIED, UNREPORTED } from './rows/rejection.ts';
import type { RowResult } from './rows/row.ts';

export interface BatchResults {
  /** The CRM's name in reasons. */
  readonly crm: string;
  /** The CRM's name of a person's record: `contact`. */
  readonly personTitle: string;
  readonly rows: ReadonlyMap<string, RowResult>;
  /** The ids of persons' records by row name, also of those that needed no writing. */
  readonly personIds: ReadonlyMap<string, string>;
  readonly links: ActivityLinks;
}

/** A record that a call turns into. */
export interface OutcomePart {
  readonly object: CrmObject;
  readonly rowName: string;
  /** Of a task: its key. */
  readonly key?: string;
  readonly result: RowResult;
}

/** `widespread`: codes that hit nearly everybody, as `object code`; they are no dead letters yet. */
export function outcomeOf(
  entry: BatchEntry,
  results: BatchResults,
  widespread: ReadonlySet<string>,
): Outcome {
  const parts = partsOf(entry, results);
  const activities = parts.filter(({ object }) => object !== 'person');
  // A rejected update of a person skips its fields only: the calls are written, linked to the existing record.
  const decisive = activities.length > 0 ? activities : parts;
  const failures = decisive.flatMap((part) => failureOf(part, results, widespread) ?? []);
  return (
    // A record that needs a person is not helped by trying the others again.
    failures.find(({ status }) => status === 'dead-letter') ?? failures[0] ?? synced(entry, parts, results)
  );
}

/** The rows of a record that have a result: a call whose person was not written was not sent. */
export function partsOf({ record, match }: BatchEntry, { rows, personIds }: BatchResults): OutcomePart[] {
  const parts: OutcomePart[] = [];
  if (match && match.action !== 'none') {
    const rowName = personRowName(match);
    const result = rows.get(rowName) ?? { status: 'written', skipped: [] };
    parts.push({ object: 'person', rowName, result });
    if (!personIds.has(rowName)) return parts;
  }
  if (match?.action === 'none' && !match.logsCalls) return parts;
  const resultOf = (name: string) => rows.get(name) ?? { status: 'rejected' as const, rejection: UNREPORTED };
  if (record.call) {
    const rowName = callRowName(record);
    parts.push({ object: 'call', rowName, result: resultOf(rowName) });
  }
  for (const { key } of record.tasks) {
    const rowName = taskRowName(key);
    parts.push({ object: 'task', rowName, key, result: resultOf(rowName) });
  }
  return parts;
}

/** Was it rejected because a record that it refers to is missing? */
export function isGone({ result }: OutcomePart): boolean {
  return result.status === 'rejected' && result.rejection.kind === 'gone';
}

/** The ids of its records that were written. */
export function recordIds(entry: BatchEntry, results: BatchResults): RecordIds {
  const tasks: Record<string, string> = {};
  const { match } = entry;
  const person = match && (results.personIds.get(personRowName(match)) ?? match.id);
  let call: string | undefined;
  for (const { object, key, result } of partsOf(entry, results)) {
    if (result.status !== 'written' || result.id === undefined) continue;
    if (object === 'call') call = result.id;
    else if (object === 'task') tasks[key!] = result.id;
  }
  return {
    ...(person !== undefined && { person }),
    ...(call !== undefined && { call }),
    ...(Object.keys(tasks).length > 0 && { tasks }),
  };
}

/** What reasons call a record. */
export function titleOf(object: CrmObject, { personTitle }: Pick<BatchResults, 'personTitle'>): string {
  return object === 'person' ? personTitle : object;
}

function failureOf(
  { object, rowName, result }: OutcomePart,
  results: BatchResults,
  widespread: ReadonlySet<string>,
): Failure | undefined {
  const title = titleOf(object, results);
  if (result.status === 'rejected') {
    const { rejection } = result;
    const failure = failureFor(rejection.presumed ? NOT_TRIED : rejection, results.crm, title);
    if (failure.status === 'retry') return failure;
    if (widespread.has(`${object} ${rejection.code}`)) return { ...failure, status: 'retry' };
    const { fields } = rejection;
    return { ...failure, object, ...(fields.length > 0 && { fields }) };
  }
  if (!results.links.unconfirmed.has(rowName)) return undefined;
  const reason = `${results.crm} did not confirm the link of the ${title} to its ${results.personTitle}`;
  return { status: 'retry', code: 'LINK_NOT_CONFIRMED', reason };
}

function synced(
  entry: BatchEntry,
  parts: readonly OutcomePart[],
  results: BatchResults,
): Outcome & { status: 'synced' } {
  const { record, match } = entry;
  const skippedFields = [
    ...record.skippedFields,
    ...parts.flatMap((part) => skippedOf(part, results)),
    ...parts.flatMap((part) => rejectedFieldsOf(part, match, results)),
  ];
  const records = recordIds(entry, results);
  return { status: 'synced', records, skippedFields, ...unassignedBy(entry) };
}

function skippedOf({ object, rowName, result }: OutcomePart, { links }: BatchResults): SkippedField[] {
  if (result.status !== 'written') return [];
  return [...result.skipped, ...(links.rejected.get(rowName) ?? [])].map((each) => ({ object, ...each }));
}

/** All fields of a person whose update was rejected while the record stays. */
function rejectedFieldsOf(
  { object, result }: OutcomePart,
  match: PersonMatch | undefined,
  { crm, personTitle }: BatchResults,
): SkippedField[] {
  if (!match || result.status !== 'rejected') return [];
  const reason = `${crm} rejects the ${personTitle}: ${explained(result.rejection)}`;
  return fieldsToWrite(match).map(({ field }) => ({ object, field, code: 'FIELD_REJECTED', reason }));
}

function unassignedBy({ match }: BatchEntry): { unassigned?: Unassigned; note?: string } {
  if (!match) return { unassigned: 'NO_IDENTITY' };
  const { action, unassigned, note } = match;
  if (action !== 'none') return {};
  return { ...(unassigned && { unassigned }), ...(note && { note }) };
}
