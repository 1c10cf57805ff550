/** Writes the people of a batch: those with a key by upsert, those just found by phone by update. */
import type { CrmFields } from '../connector.ts';
import { fieldsOf, type Target } from '../people.ts';
import { type BatchWrite, type WriteResult, writeBatch } from './batch.ts';
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
  targets: readonly Target[],
  fields: CrmFields,
  signal?: AbortSignal,
): Promise<ReadonlyMap<Target, WriteResult>> {
  const results = new Map<Target, WriteResult>();
  const current = await readAppended(lookup, targets, fields, signal);

  /** `fill`: the record is new, so what is written only where it is empty is written too. */
  const write = async (some: readonly Target[], by: Identification, fill = false) => {
    if (some.length === 0) return;
    const idOf = (target: Target) => (by.idProperty ? target.key : target.id!);
    const inputs = some.map((target) => {
      const writes = fieldsOf(fill ? { ...target, kind: 'create' } : target);
      const values = current.get(target.id ?? '') ?? target.values;
      return { id: idOf(target), properties: { ...toProperties(writes, fields, values), [KEY]: target.key } };
    });
    const batch: BatchWrite = { type: 'contacts', ...by, indispensable: [KEY], inputs };
    const answers = await writeBatch(lookup, batch, signal);
    for (const target of some) results.set(target, answers.get(idOf(target)) ?? { status: 'unknown' });
  };

  await write(
    targets.filter(({ kind }) => kind === 'adopt'),
    BY_RECORD_ID,
  );
  const keyed = targets.filter((target) => target.kind === 'create' || hasNews(target));
  await write(keyed, BY_KEY);
  // Somebody deleted the contact we knew.
  const recreated = keyed.filter((target) => target.kind === 'known' && isNew(results.get(target)));
  await write(recreated, BY_KEY, true);

  for (const target of targets) {
    // Nothing to say about them: the request is saved, the calls are linked to the record as it is.
    if (target.kind === 'known' && !hasNews(target)) results.set(target, asItIs(target.id!));
  }
  return results;
}

function hasNews(target: Target): boolean {
  return target.kind === 'known' && fieldsOf(target).length > 0;
}

function isNew(result: WriteResult | undefined): boolean {
  return result?.status === 'written' && result.isNew;
}

function asItIs(recordId: string): WriteResult {
  return { status: 'written', recordId, isNew: false, leftOut: [] };
}

/** Lists kept as text are extended, so their present value is read unless the look-up already did. */
async function readAppended(
  lookup: Lookup,
  targets: readonly Target[],
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
