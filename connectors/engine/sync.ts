/**
 * The plan of a batch, the same for every CRM. Every step can be repeated after any crash, since each record is found
 * again by its unique key. Calls whose records turn out to be gone (deleted or merged by a user) are written again in
 * the same batch: to the record that theirs was merged into, or after another look-up.
 */
import type { CallRecord, Outcome, Person } from '../connector.ts';
import { BatchPass, type SyncParts } from './batch-pass.ts';
import { withUsableIdentities } from './keys.ts';
import { outcomeOf } from './outcomes.ts';
import { NOTHING_FOUND_OUT } from './persons/found-out.ts';
import { recordsToRepeat } from './repeat.ts';
import { RequestBudget } from './rows/request-budget.ts';
import { findSystemicRejections } from './systemic-rejection.ts';

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
  const sync = new Sync(parts, signal);
  const placed = records.map((record, place) => ({ place, record: withUsablePerson(parts, record) }));
  for (const together of apartByCase(placed)) await sync.run(together);
  return { outcomes: sync.outcomes, schemaIsOutdated: sync.schemaIsOutdated };
}

interface Placed {
  /** In the batch. */
  readonly place: number;
  readonly record: CallRecord;
}

class Sync {
  readonly outcomes: Outcome[] = [];
  schemaIsOutdated = false;
  readonly #parts: SyncParts;
  readonly #signal: AbortSignal | undefined;
  readonly #budget = new RequestBudget();

  constructor(parts: SyncParts, signal: AbortSignal | undefined) {
    this.#parts = parts;
    this.#signal = signal;
  }

  async run(records: readonly Placed[]): Promise<void> {
    let pending = records;
    let found = NOTHING_FOUND_OUT;
    for (let pass = 1; pending.length > 0 && pass <= MAX_PASSES; pass += 1) {
      const batch = new BatchPass(this.#parts, this.#budget, this.#signal, found);
      const { entries, results, sawMissingField } = await batch.run(pending.map(({ record }) => record));
      const widespread = findSystemicRejections(entries, results, this.#parts.health);
      for (const [index, { place }] of pending.entries())
        this.outcomes[place] = outcomeOf(entries[index]!, results, widespread);
      this.schemaIsOutdated ||= sawMissingField;
      const again = await recordsToRepeat(this.#parts, entries, results, this.#signal);
      found = again.found;
      pending = pending.flatMap(({ place }, index) => {
        const record = again.records.get(index);
        return record ? [{ place, record }] : [];
      });
    }
  }
}

/** Keys fit their fields, and record ids have the CRM's form. */
function withUsablePerson({ client }: SyncParts, record: CallRecord): CallRecord {
  if (!record.person) return record;
  const keyField = client.schema.person.get(client.keyFields.person);
  const person: Person = withUsableIdentities(record.person, keyField, (id) => client.toRecordId(id));
  return { ...record, person };
}

/**
 * The records as one group; those of a person whose key differs from another's in case only come after it. A CRM that
 * compares without regard to case would take the two for one.
 */
function apartByCase(records: readonly Placed[]): readonly (readonly Placed[])[] {
  const spellings = new Map<string, string[]>();
  return [
    ...Map.groupBy(records, ({ record: { person } }) => {
      if (!person) return 0;
      const folded = person.key.toLowerCase();
      const seen = spellings.get(folded) ?? [];
      spellings.set(folded, seen);
      if (!seen.includes(person.key)) seen.push(person.key);
      return seen.indexOf(person.key);
    }),
  ]
    .toSorted(([a], [b]) => a - b)
    .map(([, together]) => together);
}
