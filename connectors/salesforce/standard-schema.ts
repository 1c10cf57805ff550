/**
 * The fields that mappings usually name and every org has, for previews without an org.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
 */
import type { CrmField, CrmFields, CrmSchema, FieldType } from '../connector.ts';
import type { Describe } from './describe.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { type ObjectsPolicy, personObjectsOf, union } from './person-objects.ts';
import { LINE_BREAK_LENGTH, type OrgSchema } from './schema.ts';

/** A number is the length of a text. */
type Kind = Exclude<FieldType, 'text'> | number;

const PERSON: Readonly<Record<string, Kind>> = {
  Id: 18,
  CreatedDate: 'datetime',
  FirstName: 40,
  LastName: 80,
  Email: 80,
  Phone: 40,
  MobilePhone: 40,
  Title: 128,
  Description: 32_000,
  LeadSource: 'option',
  OwnerId: 18,
  [PERSON_KEY]: 255,
};

const SALESFORCES_OWN = ['Id', 'CreatedDate'];

const OF_ONE_OBJECT: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Contact: { HomePhone: 40, OtherPhone: 40, AccountId: 18 },
  Lead: { Company: 255, Status: 'option' },
};

const TASK: Readonly<Record<string, Kind>> = {
  Subject: 255,
  Description: 32_000,
  ActivityDate: 'date',
  Status: 'option',
  Priority: 'option',
  CallType: 'option',
  CallDurationInSeconds: 'number',
  CallDisposition: 255,
  CallObject: 255,
  TaskSubtype: 'option',
  OwnerId: 18,
  WhoId: 18,
  WhatId: 18,
  [TASK_KEY]: 255,
};

export function standardSchema(policy: ObjectsPolicy): CrmSchema {
  const task = standardFields(TASK);
  const persons = personObjectsOf(policy).map((name) =>
    standardFields({ ...PERSON, ...OF_ONE_OBJECT[name] }),
  );
  return { person: union(persons), call: task, task };
}

/** As if an org had described these fields. */
export function assumedOrg(fields: CrmSchema, policy: ObjectsPolicy): OrgSchema {
  const person = describesOf(fields.person);
  const persons = personObjectsOf(policy).map((name) => {
    const isForeign = (field: string) =>
      Object.entries(OF_ONE_OBJECT).some(([other, own]) => other !== name && field in own);
    const isOwn = (field: string) => field in (OF_ONE_OBJECT[name] ?? {}) || !isForeign(field);
    return { name, describes: new Map([...person].filter(([field]) => isOwn(field))) };
  });
  return {
    fields,
    describes: { person, task: describesOf(fields.task) },
    persons,
    writable: { person: true, task: true },
    closedStatus: undefined,
    openStatus: undefined,
  };
}

function standardFields(kinds: Readonly<Record<string, Kind>>): Map<string, CrmField> {
  return new Map(
    Object.entries(kinds).map(([name, kind]) => {
      const type = typeof kind === 'number' ? 'text' : kind;
      const unique = name === PERSON_KEY || name === TASK_KEY;
      const field: CrmField = {
        name,
        label: name,
        type,
        createable: !SALESFORCES_OWN.includes(name),
        updateable: !SALESFORCES_OWN.includes(name),
        ...(typeof kind === 'number' && { maxLength: kind, lineBreakLength: LINE_BREAK_LENGTH }),
        ...(unique && { unique }),
      };
      return [name, field];
    }),
  );
}

function describesOf(fields: CrmFields): Map<string, Describe> {
  return new Map(
    [...fields].map(([name, { label, type, maxLength = 0, createable, updateable }]) => {
      return [name, { name, label, type, length: maxLength, createable, updateable }];
    }),
  );
}
