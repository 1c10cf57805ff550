/**
 * Writes the people of a batch: who is remembered or was just found by phone by record id, all others by key. What
 * is remembered of a key may be older than the record's: upserting by it would make a second contact.
 */
import type { CrmFields } from '../connector.ts';
import type { PersonMatch } from '../engine/persons/match.ts';
import { fieldsOf } from '../engine/persons/merge-fields.ts';
import { type BatchWrite, isMissing, type WriteResult, writeBatch } from './batch.ts';
import { KEY_PROPERTIES } from './keys.ts';
import { type Lookup, readContacts } from './lookup.ts';
import { needsCurrent, toProperties } from './values.ts';

const KEY = KEY_PROPERTIES.person.name;

type Identification = Pick<BatchWrite, 'operation' | 'idProperty'>;
const BY_KEY: Identification = { operation: 'upsert', idProperty: KEY };
const BY_RECORD_ID: Identification = { operation: 'update' };

/** Answers what became of each target; `none` targets are left out. */
export async function writeContacts(
  lookup: Lookup,
  targets: readonly PersonMatch[],
  fields: CrmFields,
  signal?: AbortSignal,
): Promise<ReadonlyMap<PersonMatch, WriteResult>> {
  const results = new Map<PersonMatch, WriteResult>();
  const current = await readAppended(lookup, targets, fields, signal);

  /** `fill`: the record is new, so what is written only where it is empty is written too. */
  const write = async (some: readonly PersonMatch[], by: Identification, fill = false) => {
    if (some.length === 0) return;
    const idOf = (target: PersonMatch) => (by.idProperty ? target.key : target.id!);
    const inputs = some.map((target) => {
      const writes = fieldsOf(fill ? { ...target, kind: 'create' } : target);
      const values = current.get(target.id ?? '') ?? target.values;
      const properties = toProperties(writes, fields, values);
      const keyed = by.idProperty || target.kind === 'adopt';
      return { id: idOf(target), properties: keyed ? { ...properties, [KEY]: target.key } : properties };
    });
    const batch: BatchWrite = { type: 'contacts', ...by, indispensable: [KEY], inputs };
    const answers = await writeBatch(lookup, batch, signal);
    for (const target of some) results.set(target, answers.get(idOf(target)) ?? { status: 'unknown' });
  };

  const written = targets.filter((target) => target.kind !== 'known' || hasNews(target));
  await write(written.filter(isByRecordId), BY_RECORD_ID);
  const gone = written.filter((target) => target.kind === 'known' && isMissing(results.get(target)));
  await write([...written.filter(isByKey), ...gone], BY_KEY);
  // Somebody deleted the contact we knew.
  const recreated = written.filter((target) => target.kind === 'known' && isNew(results.get(target)));
  await write(recreated, BY_KEY, true);

  for (const target of targets) {
    // Nothing to say about them: the request is saved, the calls are linked to the record as it is.
    if (target.kind === 'known' && !hasNews(target)) results.set(target, asItIs(target.id!));
  }
  return results;
}

function isByRecordId({ kind, recalled }: PersonMatch): boolean {
  return kind === 'adopt' || (kind === 'known' && recalled === true);
}

function isByKey(target: PersonMatch): boolean {
  return target.kind !== 'none' && !isByRecordId(target);
}

function hasNews(target: PersonMatch): boolean {
  return target.kind === 'known' && fieldsOf(target).length > 0;
}

function isNew(result: WriteResult | undefined): boolean {
  return result?.status === 'written' && result.isNew;
}

function asItIs(recordId: string): WriteResult {
  return { status: 'written', recordId, isNew: false, skippedFields: [] };
}

/** Lists kept as text are extended, so their present value is read unless the look-up already did. */
async function readAppended(
  lookup: Lookup,
  targets: readonly PersonMatch[],
  fields: CrmFields,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const extended = targets
    .filter(({ id }) => id !== undefined)
    .flatMap((target) => {
      const names = fieldsOf(target)
        .filter((write) => needsCurrent(write, fields))
        .map(({ field }) => field);
      return names.some((name) => !target.values.has(name)) ? [{ id: target.id!, names }] : [];
    });
  if (extended.length === 0) return new Map();
  const properties = [...new Set(extended.flatMap(({ names }) => names))];
  const ids = extended.map(({ id }) => id);
  const found = await readContacts({ ...lookup, properties }, undefined, ids, signal);
  return new Map(found.map(({ id, values }) => [id, values]));
}
