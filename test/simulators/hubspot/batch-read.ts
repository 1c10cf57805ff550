/** Batch read by record id or unique property. Unlike search, it sees a write at once. */
import { shuffled } from '../kit/batch.ts';
import type { CrmRecord } from './crm-record.ts';
import { identify, requireUnique } from './identify.ts';
import type { ObjectStore } from './object-store.ts';
import type { TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { type Answer, batchAnswer, missingRows, recordAnswer } from './record-answer.ts';
import { inputsOf, objectOf, refuseRepeated, textOf, textsOf } from './request-body.ts';

const DEFAULT_PROPERTIES: Readonly<Record<TypeName, readonly string[]>> = {
  contacts: ['email', 'firstname', 'lastname'],
  calls: [],
  tasks: [],
};

export function batchRead(portal: Portal, type: TypeName, body: unknown): Answer {
  const store = portal.of(type);
  const { properties, idProperty } = objectOf(body, 'request');
  const by = textOf(idProperty, 'idProperty');
  const inputs = inputsOf(body).map(({ id }) => ({ id: textOf(id, 'id') ?? '', idProperty: by }));
  if (by !== undefined && by !== 'hs_object_id') requireUnique(store, by);
  refuseRepeated(inputs);

  const names = readable(store, textsOf(properties, 'properties'));
  const found: CrmRecord[] = [];
  const missing: string[] = [];
  for (const { id } of inputs) {
    const forwards = portal.settings.mergedReads === 'forwarded';
    const record = identify(store, by === 'hs_object_id' ? undefined : by, id, forwards);
    if (record) found.push(record);
    else missing.push(id);
  }
  const hidden = unreadable(portal, store);
  const results = [...new Set(found)].map((record) =>
    recordAnswer(store.type, portal.settings, record, names, hidden),
  );
  const { shuffleSeed } = portal.settings;
  return batchAnswer(
    { whole: 200, partial: 207 },
    shuffled(results, shuffleSeed),
    missingRows(store.type, missing),
  );
}

/** Properties whose values this token does not see. */
function unreadable(
  { settings: { missingScopes } }: Portal,
  { registry, type }: ObjectStore,
): ReadonlySet<string> {
  const scope = (sensitivity: string) => `crm.objects.${type.name}.${sensitivity}.read`;
  const hidden = registry
    .list()
    .filter(({ dataSensitivity }) => missingScopes.includes(scope(dataSensitivity)));
  return new Set(hidden.map(({ name }) => name));
}

/** The names that are properties; others are ignored. */
export function readable({ type, registry }: ObjectStore, names: readonly string[] | undefined): string[] {
  const wanted = names?.length ? names : DEFAULT_PROPERTIES[type.name];
  return wanted.filter((name) => registry.get(name));
}
