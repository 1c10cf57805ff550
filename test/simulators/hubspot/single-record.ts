/** One record at a time: create, read, update, archive. */
import { ValueClaims } from '../kit/unique-keys.ts';
import { invalid, notFound } from './api-error.ts';
import { readable } from './batch-read.ts';
import type { CrmRecord } from './crm-record.ts';
import { identify, requireUnique } from './identify.ts';
import { checkLinks } from './inline-links.ts';
import type { ObjectStore } from './object-store.ts';
import { TYPE_NAMES, type TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { type Answer, recordAnswer } from './record-answer.ts';
import { checkWrite } from './record-write.ts';
import { inputsOf, objectOf, propertiesOf, textOf } from './request-body.ts';

export function createRecord(portal: Portal, type: TypeName, body: unknown): Answer {
  const store = portal.of(type);
  const input = objectOf(body, 'request');
  const properties = propertiesOf(input);
  const id = portal.nextId();
  const links = checkLinks(portal, type, [input.associations ?? []].flat());
  const values = checkWrite(store, portal.settings, {
    id,
    record: undefined,
    properties,
    claims: new ValueClaims(),
  });
  for (const to of links) portal.associations.link({ type, id }, to);
  const record = store.put(id, values);
  return { status: 201, body: recordAnswer(store.type, portal.settings, record, Object.keys(properties)) };
}

export function readRecord(portal: Portal, type: TypeName, id: string, query: URLSearchParams): Answer {
  const store = portal.of(type);
  const record = existing(store, id, query);
  const names = readable(store, listed(query, 'properties'));
  const associations = listed(query, 'associations').flatMap((name) => {
    const other = TYPE_NAMES.find((each) => each === name);
    if (!other) throw invalid(`Unknown object type ${name}`);
    const results = portal.associations.of({ type, id: record.id }, other);
    const label = `${type.slice(0, -1)}_to_${other.slice(0, -1)}`;
    return results.length > 0
      ? [[other, { results: results.map((ref) => ({ id: ref.id, type: label })) }]]
      : [];
  });
  const body = recordAnswer(store.type, portal.settings, record, names);
  return {
    status: 200,
    body: { ...body, ...(associations.length > 0 && { associations: Object.fromEntries(associations) }) },
  };
}

export function updateRecord(
  portal: Portal,
  type: TypeName,
  id: string,
  query: URLSearchParams,
  body: unknown,
): Answer {
  const store = portal.of(type);
  const record = existing(store, id, query);
  const properties = propertiesOf(objectOf(body, 'request'));
  const write = { id: record.id, record, properties, claims: new ValueClaims() };
  const updated = store.put(record.id, checkWrite(store, portal.settings, write));
  return { status: 200, body: recordAnswer(store.type, portal.settings, updated, Object.keys(properties)) };
}

export function archiveRecords(portal: Portal, type: TypeName, body: unknown): Answer {
  for (const { id } of inputsOf(body)) portal.remove(type, textOf(id, 'id') ?? '');
  return { status: 204, body: undefined };
}

function existing(store: ObjectStore, id: string, query: URLSearchParams): CrmRecord {
  const idProperty = query.get('idProperty') ?? undefined;
  if (idProperty !== undefined) requireUnique(store, idProperty);
  const record = /^\d+$/.test(id) || idProperty ? identify(store, idProperty, id, true) : undefined;
  if (!record) throw notFound('Object not found.  objectId are usually numeric.');
  return record;
}

function listed(query: URLSearchParams, name: string): string[] {
  return query.getAll(name).flatMap((value) => value.split(',').filter((each) => each !== ''));
}
