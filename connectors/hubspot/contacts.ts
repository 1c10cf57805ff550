/** Writes the people of a batch: those with a key by upsert, those just found by phone by update. */
import type { CrmFields } from '../connector.ts';
import { fieldsOf, type Target } from '../people.ts';
import { type WriteInput, type WriteResult, writeBatch } from './batch.ts';
import { KEY_PROPERTIES } from './keys.ts';
import { type Lookup, readContacts } from './lookup.ts';
import { needsCurrent, toProperties } from './values.ts';

const KEY = KEY_PROPERTIES.person.name;

/** Answers what became of each target; `none` targets are left out. */
export async function writeContacts(
  lookup: Lookup,
  targets: readonly Target[],
  fields: CrmFields,
  signal?: AbortSignal,
): Promise<ReadonlyMap<Target, WriteResult>> {
  const results = new Map<Target, WriteResult>();
  const current = await readAppended(lookup, targets, fields, signal);
  const properties = (target: Target) => ({
    ...toProperties(fieldsOf(target), fields, current.get(target.id ?? '') ?? target.values),
    [KEY]: target.key,
  });

  const adopted = targets.filter(({ kind }) => kind === 'adopt');
  const keyed: Target[] = [];
  for (const target of targets) {
    if (target.kind === 'create') keyed.push(target);
    else if (target.kind === 'known') {
      // Nothing to say about them: the request is saved, the calls are linked to the record as it is.
      if (fieldsOf(target).length === 0) results.set(target, written(target.id!));
      else keyed.push(target);
    }
  }
  const write = async (some: readonly Target[], identify: (target: Target) => string, byKey: boolean) => {
    if (some.length === 0) return;
    const inputs: WriteInput[] = some.map((target) => ({
      id: identify(target),
      properties: properties(target),
    }));
    const answers = await writeBatch(
      lookup,
      {
        type: 'contacts',
        operation: byKey ? 'upsert' : 'update',
        ...(byKey && { idProperty: KEY }),
        indispensable: [KEY],
        inputs,
      },
      signal,
    );
    for (const target of some) results.set(target, answers.get(identify(target)) ?? { status: 'unknown' });
  };
  await write(adopted, ({ id }) => id!, false);
  await write(keyed, ({ key }) => key, true);
  return results;
}

function written(recordId: string): WriteResult {
  return { status: 'written', recordId, leftOut: [] };
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
  const found = await readContacts(
    { ...lookup, properties },
    extended.map(({ id }) => id),
    signal,
  );
  return new Map(found.map(({ id, values }) => [id, values]));
}
