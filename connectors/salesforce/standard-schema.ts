/**
 * What every org has of the fields that mappings usually name, for previews without an org.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
 */
import type { CrmField, CrmFields, CrmSchema, FieldType, MatchPolicy } from '../connector.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { type Describe, LINE_BREAK_LENGTH, type OrgSchema } from './schema.ts';

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

export function standardSchema({ personObject = 'Contact' }: Pick<MatchPolicy, 'personObject'>): CrmSchema {
  const task = standardFields(TASK);
  return { person: standardFields({ ...PERSON, ...OF_ONE_OBJECT[personObject] }), call: task, task };
}

/** As if an org had described these fields. */
export function assumedOrg(fields: CrmSchema): OrgSchema {
  return {
    fields,
    describes: { person: describesOf(fields.person), task: describesOf(fields.task) },
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
