/** `doctor` for an org: findings, each with its fix. */
import { CrmError, type CrmErrorKind, type Finding, type MatchPolicy, type Usage } from '../connector.ts';
import { PROVISION } from '../engine/commands.ts';
import { ok, problem, warning } from '../engine/doctor.ts';
import type { Describe } from './describe.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { isFilterable, type PersonObject, phonesOf } from './person-objects.ts';
import type { OrgSchema } from './schema.ts';

const CREATE_KEYS = `run ${PROVISION} as an admin, or deploy connectors/salesforce/sfdx, and assign the permission set Altur CRM Sync`;
const UNREACHED =
  'see that SALESFORCE_LOGIN_URL is right and reachable from here, and https://status.salesforce.com';

export const FIXES: Readonly<Record<CrmErrorKind, string>> = {
  unauthorized: 'correct the credentials or the External Client App as the line above says',
  rate_limited:
    'calls wait until there is quota again; see which integration uses it up in Salesforce (Setup → System Overview → API Usage)',
  unavailable: UNREACHED,
  rejected: UNREACHED,
};

export function checkOrg(
  schema: OrgSchema,
  { associate = [], ifEmpty, matchFields = [] }: Pick<MatchPolicy, 'associate' | 'ifEmpty' | 'matchFields'>,
  usage: Usage | undefined,
): readonly Finding[] {
  const { task } = schema.describes;
  const { persons } = schema;
  return [
    ok('Salesforce', 'answers, the sign-in is valid'),
    ...(usage ? [checkUsage(usage)] : []),
    ...checkAccess(schema),
    ...persons.map(({ name, describes }) => checkKey(`${name}.${PERSON_KEY}`, describes.get(PERSON_KEY))),
    checkKey(`Task.${TASK_KEY}`, task.get(TASK_KEY)),
    ...checkWritable(schema, associate.length > 0 ? [...TASK_FIELDS, 'WhatId'] : TASK_FIELDS),
    ...persons.flatMap((each) => checkMatchFields(each, matchFields)),
    ...persons.flatMap(checkPhones),
    ...persons.flatMap((each) => checkPrivate(each, ifEmpty)),
    ...(associate.length > 0 ? checkAccounts(schema) : []),
  ];
}

/** Without its keys records would be written twice, without access not at all: the queue waits. Throws CrmError. */
export function requireKeys(
  schema: OrgSchema,
  { matchFields = [] }: Pick<MatchPolicy, 'matchFields'>,
): OrgSchema {
  const { task } = schema.describes;
  const { persons } = schema;
  requireFilterable(persons, matchFields);
  const faults = [
    ...persons.map(({ describes, name }) => {
      return faultOf(describes.get(PERSON_KEY), persons.length > 1 ? `${name}.${PERSON_KEY}` : PERSON_KEY);
    }),
    faultOf(task.get(TASK_KEY), TASK_KEY),
    schema.writable.person ? undefined : 'this user may not create and change people',
    schema.writable.task ? undefined : 'this user may not create and change tasks',
  ].filter((fault) => fault !== undefined);
  if (faults.length === 0) return schema;
  throw new CrmError('unauthorized', `Salesforce: ${faults.join('; ')}: ${CREATE_KEYS}`, {
    code: 'KEY_FIELD_MISSING',
  });
}

/** People who cannot be searched for would all be created again. */
function requireFilterable(persons: readonly PersonObject[], matchFields: readonly string[]): void {
  const [fault] = persons.flatMap((object) => checkMatchFields(object, matchFields));
  if (!fault) return;
  throw new CrmError('unauthorized', `${fault.message}: ${fault.fix}`, { code: 'MATCH_FIELD_UNUSABLE' });
}

function checkMatchFields(object: PersonObject, matchFields: readonly string[]): Finding[] {
  return matchFields
    .filter((name) => object.describes.has(name) && !isFilterable(object, name))
    .map((name) => {
      const message = `the mapping finds people by ${object.name}.${name}, which Salesforce cannot search (it is encrypted, or a long text)`;
      return problem('match.by', message, 'fix match.by, or the field');
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

function checkAccess({ writable, persons }: OrgSchema): Finding[] {
  const subject = persons.map(({ name }) => name).join(', ');
  const message = 'this user may not create and change its records';
  return [
    ...(writable.person ? [] : [problem(subject, message, 'give them create and edit access to it')]),
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
function checkPhones(object: PersonObject): Finding[] {
  const phones = phonesOf(object.name);
  const subjectOf = (names: readonly string[]) => names.map((name) => `${object.name}.${name}`).join(', ');
  const hidden = phones.filter((name) => !object.describes.has(name));
  const unsearchable = phones.filter((name) => object.describes.has(name) && !isFilterable(object, name));
  const notFound = 'people are not found by numbers in it, and may be created twice';
  return [
    ...(hidden.length === 0
      ? []
      : [warning(subjectOf(hidden), `this user may not see it: ${notFound}`, 'give them read access to it')]),
    ...(unsearchable.length === 0
      ? []
      : [
          warning(
            subjectOf(unsearchable),
            `Salesforce cannot search it, since it is encrypted: ${notFound}`,
            ENCRYPTED_FIX,
          ),
        ]),
  ];
}

const ENCRYPTED_FIX =
  'encrypt it with the deterministic scheme, which can be filtered, or give every customer an id (f_id) in Altur';

/** https://help.salesforce.com/apex/HTViewHelpDoc?id=sales.contacts_sharing_considerations.htm */
function checkPrivate({ name }: PersonObject, ifEmpty: readonly string[]): Finding[] {
  if (name !== 'Contact' || ifEmpty.includes('AccountId')) return [];
  const message =
    'the mapping writes no account if-empty: a contact without one is private, whatever the sharing model, and only its owner and administrators see it';
  const fix =
    'map it: `person: { AccountId: { constant: "001…", when: if-empty } }`, with the id of an account for them';
  return [warning('Contact.AccountId', message, fix)];
}

function checkAccounts({ describes, persons }: OrgSchema): Finding[] {
  const subject = 'match.associate';
  if (!persons.some(({ name }) => name === 'Contact')) {
    const message = 'leads have neither accounts nor opportunities: their calls are related to nothing';
    return [warning(subject, message, 'remove it from the mapping')];
  }
  if (describes.person.has('AccountId')) return [];
  const message = 'this user may not see AccountId of contacts: calls are related to nothing';
  return [warning(subject, message, 'give them read access to it')];
}
