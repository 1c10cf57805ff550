/** What is wrong with an org, and how to fix it. */
import { CrmError, type CrmErrorKind, type Finding, type MatchPolicy, type Usage } from '../connector.ts';
import { PROVISION } from '../engine/commands.ts';
import { ok, problem, warning } from '../engine/doctor.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { PHONES } from './lookup.ts';
import type { Describe, OrgSchema } from './schema.ts';

const CREATE_KEYS = `run ${PROVISION} as an admin, or deploy connectors/salesforce/sfdx, and assign the permission set Altur CRM Sync`;
const UNREACHED =
  'see that SALESFORCE_LOGIN_URL is right and reachable from here, and https://status.salesforce.com';

export const FIXES: Readonly<Record<CrmErrorKind, string>> = {
  unauthorized: 'fix it as the message says',
  rate_limited:
    'calls wait until there is quota again; see which integration uses it up in Salesforce (Setup → System Overview → API Usage)',
  unavailable: UNREACHED,
  rejected: UNREACHED,
};

export function checkOrg(
  schema: OrgSchema,
  { personObject = 'Contact', associate = [] }: Pick<MatchPolicy, 'personObject' | 'associate'>,
  usage: Usage | undefined,
): readonly Finding[] {
  const { person, task } = schema.describes;
  return [
    ok('Salesforce', 'answers, the sign-in is valid'),
    ...(usage ? [checkUsage(usage)] : []),
    ...checkAccess(schema, personObject),
    checkKey(`${personObject}.${PERSON_KEY}`, person.get(PERSON_KEY)),
    checkKey(`Task.${TASK_KEY}`, task.get(TASK_KEY)),
    ...checkWritable(schema, associate.length > 0 ? [...TASK_FIELDS, 'WhatId'] : TASK_FIELDS),
    ...checkPhones(schema, personObject),
    ...(associate.length > 0 ? checkAccounts(schema, personObject) : []),
  ];
}

/** Without its keys records would be written twice, without access not at all: the queue waits. Throws CrmError. */
export function requireKeys(schema: OrgSchema): OrgSchema {
  const { person, task } = schema.describes;
  const faults = [
    faultOf(person.get(PERSON_KEY), PERSON_KEY),
    faultOf(task.get(TASK_KEY), TASK_KEY),
    schema.writable.person ? undefined : 'this user may not create and change people',
    schema.writable.task ? undefined : 'this user may not create and change tasks',
  ].filter((fault) => fault !== undefined);
  if (faults.length === 0) return schema;
  throw new CrmError('unauthorized', `Salesforce: ${faults.join('; ')}: ${CREATE_KEYS}`, {
    code: 'KEY_FIELD_MISSING',
  });
}

function faultOf(field: Describe | undefined, name: string): string | undefined {
  if (!field) return `the field ${name} is missing, or this user may not see it`;
  if (!field.createable || field.updateable === false) return `this user may not write ${name}`;
  if (!field.unique || !field.externalId) return `${name} is not a unique external id`;
  return undefined;
}

/** Altur's call ids differ in case. */
function checkKey(subject: string, field: Describe | undefined): Finding {
  const fault = faultOf(field, subject);
  if (fault !== undefined) return problem(subject, fault, CREATE_KEYS);
  if (field!.caseSensitive === false) {
    const fix = 'set “treat ABC and abc as different values” on the field';
    return problem(subject, 'is not case-sensitive: two calls may be taken for one', fix);
  }
  const { length = 255 } = field!;
  if (length < 64) return warning(subject, `holds ${length} characters only`, 'lengthen it to 255');
  return ok(subject, 'is there, unique and case-sensitive');
}

function checkUsage({ used, limit }: Usage): Finding {
  const subject = 'API requests';
  const message = `${used} of ${limit} used in the last 24 hours, by all integrations`;
  if (used <= limit * 0.9) return ok(subject, message);
  const fix =
    'see which integration uses them (Setup → System Overview), or buy more; at 98 % the queue waits';
  return warning(subject, message, fix);
}

function checkAccess({ writable }: OrgSchema, personObject: string): Finding[] {
  const message = 'this user may not create and change its records';
  return [
    ...(writable.person ? [] : [problem(personObject, message, 'give them create and edit access to it')]),
    ...(writable.task ? [] : [problem('Task', message, 'give them the permission Edit Tasks')]),
  ];
}

const TASK_FIELDS = ['Subject', 'Description', 'Status', 'WhoId', 'TaskSubtype'];

function checkWritable({ describes }: OrgSchema, names: readonly string[]): Finding[] {
  return names
    .filter((name) => !describes.task.get(name)?.createable)
    .map((name) => warning(`Task.${name}`, 'this user may not write it', 'give them edit access to it'));
}

/** A person who cannot be found by number would be created a second time. */
function checkPhones({ describes }: OrgSchema, personObject: string): Finding[] {
  const names = personObject === 'Lead' ? ['Phone', 'MobilePhone'] : PHONES;
  const hidden = names.filter((name) => !describes.person.has(name));
  if (hidden.length === 0) return [];
  const subject = hidden.map((name) => `${personObject}.${name}`).join(', ');
  const message = 'this user may not see it: people are not found by numbers in it, and may be created twice';
  return [warning(subject, message, 'give them read access to it')];
}

function checkAccounts({ describes }: OrgSchema, personObject: string): Finding[] {
  const subject = 'match.associate';
  if (personObject !== 'Contact') {
    const message = 'leads have neither accounts nor opportunities: their calls are related to nothing';
    return [warning(subject, message, 'remove it from the mapping')];
  }
  if (describes.person.has('AccountId')) return [];
  const message = 'this user may not see AccountId of contacts: calls are related to nothing';
  return [warning(subject, message, 'give them read access to it')];
}
