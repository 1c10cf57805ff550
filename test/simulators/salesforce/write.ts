import { RecordRefused } from './api-error.ts';
import { type Columns, columnsOf } from './columns.ts';
import { checkDuplicateRules } from './duplicate-rule.ts';
import type { Field, SObject } from './field.ts';
import { storedValue } from './field-value.ts';
import type { Org } from './org.ts';
import { parentId } from './parent-lookup.ts';
import { refuseFaulty } from './record-faults.ts';
import { checkReferences } from './references.ts';
import type { Row, Value } from './row.ts';
import { checkUnique } from './unique.ts';

/** The settings of a write that come from its request. */
export interface WriteContext {
  readonly org: Org;
  /** Holds the row locks until the response is sent. */
  readonly owner: object;
  /** `Sforce-Duplicate-Rule-Header: allowSave=true` */
  readonly allowSave: boolean;
  /** `Sforce-Auto-Assign`, true unless the request says FALSE. */
  readonly autoAssign: boolean;
}

type Values = Readonly<Record<string, Value>>;

export function create(context: WriteContext, object: SObject, record: unknown): Row {
  const { org } = context;
  const columns = admitted(context, object, record);
  checkWritable(columns, 'createable');
  const values = valuesOf(org, object, columns);
  checkRequired(
    [...object.fields.values()].filter((field) => field.createable && !field.defaultedOnCreate),
    values,
  );
  checkReferences(org, object, values);
  checkUnique(org, object, values, undefined);
  checkDuplicateRules(
    org.settings.duplicateRules,
    object.name,
    values,
    org.table(object.name),
    context.allowSave,
  );
  lock(context, object, values);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  return assigned(context, object, org.insert(object.name, given));
}

export function update(context: WriteContext, object: SObject, row: Row, record: unknown): Row {
  const { org } = context;
  const columns = admitted(context, object, record);
  if (row.IsDeleted === true) throw new RecordRefused('ENTITY_IS_DELETED', 'entity is deleted');
  if (row.IsConverted === true) {
    throw new RecordRefused('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  }
  checkWritable(columns, 'updateable');
  const values = valuesOf(org, object, columns);
  checkRequired([...columns.scalars.keys()], values);
  checkReferences(org, object, values);
  checkUnique(org, object, values, row);
  lock(context, object, { ...row, ...values });
  return assigned(context, object, org.change(object.name, row, values));
}

/** The record's columns; throws when a record fault or the user's rights reject it. */
function admitted({ org }: WriteContext, object: SObject, record: unknown): Columns {
  const columns = columnsOf(org, object, record);
  refuseFaulty(org.faults, object.name, [...columns.scalars.values()]);
  if (org.settings.readOnlyObjects.includes(object.name)) {
    throw new RecordRefused('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id');
  }
  return columns;
}

function checkWritable({ scalars, parents }: Columns, right: 'createable' | 'updateable'): void {
  const names = [...scalars.keys(), ...parents.keys()]
    .filter((field) => !field[right])
    .map(({ name }) => name);
  if (names.length === 0) return;
  const advice =
    'Please check the security settings of this field and verify that it is read/write for your profile or permission set.';
  const message = `Unable to create/update fields: ${names.join(', ')}. ${advice}`;
  throw new RecordRefused('INVALID_FIELD_FOR_INSERT_UPDATE', message, names);
}

function valuesOf(org: Org, object: SObject, { scalars, parents }: Columns): Values {
  const given = [...scalars].map(([field, value]): [string, Value] => [
    field.name,
    storedValue(field, value),
  ]);
  const ids = [...parents].map(([field, value]): [string, Value] => [
    field.name,
    parentId(org, object, field, value),
  ]);
  return Object.fromEntries([...given, ...ids]);
}

function checkRequired(fields: readonly Field[], values: Values): void {
  const missing = fields.filter((field) => !field.nillable && (values[field.name] ?? null) === null);
  if (missing.length === 0) return;
  const names = missing.map((field) => field.name);
  throw new RecordRefused(
    'REQUIRED_FIELD_MISSING',
    `Required fields are missing: [${names.join(', ')}]`,
    names,
  );
}

/** A write locks its row and its parents. */
function lock({ org, owner }: WriteContext, object: SObject, values: Values): void {
  const parents = [...object.fields.values()].filter((field) => LOCKING_PARENTS.has(field.name));
  const ids = ['Id', ...parents.map((field) => field.name)].flatMap((name) => values[name] ?? []).map(String);
  const taken = org.locks.claim(owner, ids);
  if (taken === undefined) return;
  const message = `unable to obtain exclusive access to this record or 1 records: ${taken}`;
  throw new RecordRefused('UNABLE_TO_LOCK_ROW', message);
}

const LOCKING_PARENTS = new Set(['WhoId', 'WhatId', 'AccountId']);

function assigned({ org, autoAssign }: WriteContext, object: SObject, row: Row): Row {
  if (autoAssign && (object.name === 'Lead' || object.name === 'Account')) org.autoAssigned.push(row.Id);
  return row;
}
