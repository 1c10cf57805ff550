import { type Field, field, option, ownerField, picklist, readOnly, reference } from './field.ts';

/** A status of a Task. The org's administrator names the statuses and sets which of them are closed. */
export interface TaskStatus {
  readonly label: string;
  readonly closed?: boolean;
  readonly default?: boolean;
}

export const TASK_STATUSES: readonly TaskStatus[] = [
  { label: 'Not Started', default: true },
  { label: 'In Progress' },
  { label: 'Completed', closed: true },
  { label: 'Waiting on someone else' },
  { label: 'Deferred' },
];

export function taskFields(statuses: readonly TaskStatus[]): Field[] {
  const byDefault = statuses.find((status) => status.default) ?? statuses[0];
  return [
    field('Subject', 'string'),
    field('Description', 'textarea', { length: 32_000 }),
    reference('WhoId', ['Contact', 'Lead']),
    reference('WhatId', ['Account', 'Opportunity']),
    readOnly('AccountId', 'reference', { referenceTo: ['Account'], relationshipName: 'Account' }),
    field('ActivityDate', 'date'),
    picklist('Status', [], {
      picklistValues: statuses.map((status) => option(status.label, status.default === true)),
      restrictedPicklist: true,
      nillable: false,
      defaultedOnCreate: true,
      defaultValue: byDefault?.label ?? null,
    }),
    picklist('Priority', ['High', 'Normal', 'Low'], {
      nillable: false,
      defaultedOnCreate: true,
      defaultValue: 'Normal',
    }),
    // Create-only: "This field isn't updateable."
    // https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
    picklist('TaskSubtype', ['Task', 'Email', 'List Email', 'Cadence', 'Call'], {
      updateable: false,
      restrictedPicklist: true,
      defaultedOnCreate: true,
      defaultValue: 'Task',
    }),
    picklist('CallType', ['Internal', 'Inbound', 'Outbound'], { restrictedPicklist: true }),
    field('CallDurationInSeconds', 'int'),
    field('CallDisposition', 'string'),
    field('CallObject', 'string'),
    field('ReminderDateTime', 'datetime'),
    field('IsReminderSet', 'boolean'),
    readOnly('IsClosed', 'boolean'),
    readOnly('CompletedDateTime', 'datetime'),
    ownerField(),
  ];
}
