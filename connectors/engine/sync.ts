/**
 * The plan of a batch, the same for every CRM. Every step can be repeated after any crash, since each record is found
 * again by its unique key. Calls whose records turn out to be gone (deleted or merged by a user) are written again in
 * the same batch: their person is looked up again, or the activity is created again.
 */
import type { CallRecord, Outcome, Person } from '../connector.ts';
import type { BatchEntry } from './activity-rows.ts';
import { BatchPass, type SyncParts } from './batch-pass.ts';
import { missingPersons } from './gone-records.ts';
import { withUsableIdentities } from './keys.ts';
import { type BatchResults, isGone, outcomeOf, partsOf, recordIds } from './outcomes.ts';
import { namesOf } from './persons/cache.ts';
import { RequestBudget } from './rows/request-budget.ts';
import { throwIfSystemic } from './systemic-rejection.ts';

export interface Synced {
  /** One per record, in order. */
  readonly outcomes: readonly Outcome[];
  /** The CRM reported a field as missing: its schema is to be read again. */
  readonly schemaIsOutdated: boolean;
}

/** The first, one after a person was found to be gone, one after an activity was. */
const MAX_PASSES = 3;

export async function syncRecords(
  parts: SyncParts,
  records: readonly CallRecord[],
  signal?: AbortSignal,
): Promise<Synced> {
  const budget = new RequestBudget();
  const outcomes: Outcome[] = [];
  let schemaIsOutdated = false;
  let pending = records.map((record, place) => ({ place, record: withUsablePerson(parts, record) }));
  for (let pass = 1; pending.length > 0 && pass <= MAX_PASSES; pass += 1) {
    const batch = new BatchPass(parts, budget, signal);
    const { entries, results, sawMissingField } = await batch.run(pending.map(({ record }) => record));
    throwIfSystemic(entries, results, parts.health);
    for (const [index, { place }] of pending.entries()) outcomes[place] = outcomeOf(entries[index]!, results);
    schemaIsOutdated ||= sawMissingField;
    const again = await recordsToRepeat(parts, entries, results, signal);
    pending = pending.flatMap(({ place }, index) => {
      const record = again.get(index);
      return record ? [{ place, record }] : [];
    });
  }
  return { outcomes, schemaIsOutdated };
}

/** Keys fit their fields, and record ids have the CRM's form. */
function withUsablePerson({ client }: SyncParts, record: CallRecord): CallRecord {
  if (!record.person) return record;
  const keyField = client.schema.person.get(client.keyFields.person);
  const person: Person = withUsableIdentities(record.person, keyField, (id) => client.toRecordId(id));
  return { ...record, person };
}

/** The calls one of whose records is gone, by index, as they are to be written now. */
async function recordsToRepeat(
  { client, cache }: SyncParts,
  entries: readonly BatchEntry[],
  results: BatchResults,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, CallRecord>> {
  const missing = await missingPersons(client, entries, results, signal);
  const names = [...missing].flatMap((index) => namesOf(entries[index]!.match!));
  if (names.length > 0) await cache.delete(names);
  const again = new Map<number, CallRecord>();
  for (const [index, entry] of entries.entries()) {
    const gone = partsOf(entry, results).filter(isGone);
    if (gone.length === 0) continue;
    const { existing, ...record } = entry.record;
    const personIsGone = missing.has(index) || gone.some(({ object }) => object === 'person');
    // What was written of it is updated; an activity that is gone is created again.
    if (personIsGone)
      again.set(index, { ...record, existing: { ...existing, ...recordIds(entry, results) } });
    else if (existing) again.set(index, record);
  }
  return again;
}
