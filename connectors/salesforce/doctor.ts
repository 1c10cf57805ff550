/** What is wrong with an org, and how to mend it. */
import { CrmError, type Finding, type MatchPolicy } from '../connector.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { PHONES } from './lookup.ts';
import { type Describe, type OrgSchema, readSchema } from './schema.ts';
import type { Transport } from './transport.ts';

const PROVISION =
  'run `altur-crm-sync provision` as an admin, or deploy connectors/salesforce/sfdx, and assign the permission set Altur CRM Sync';

export async function checkOrg(
  transport: Transport,
  personObject: string,
  { associate = [] }: Pick<MatchPolicy, 'associate'>,
): Promise<Finding[]> {
  try {
    const schema = await readSchema(transport, personObject);
    const usage = transport.usage();
    return [
      { level: 'ok', subject: 'Salesforce', message: 'answers, the sign-in is valid' },
      ...(usage ? [checkUsage(usage.used, usage.limit)] : []),
      ...checkRights(schema, personObject),
      checkKey(`${personObject}.${PERSON_KEY}`, schema.person.get(PERSON_KEY)),
      checkKey(`Task.${TASK_KEY}`, schema.task.get(TASK_KEY)),
      ...checkWritable(schema, associate.length > 0 ? [...TASK_FIELDS, 'WhatId'] : TASK_FIELDS),
      ...checkPhones(schema, personObject),
      ...(associate.length > 0 ? checkAccounts(schema, personObject) : []),
    ];
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return [{ level: 'error', subject: 'Salesforce', message: error.message, fix: FIXES[error.kind] }];
  }
}

const UNREACHED =
  'see that SALESFORCE_LOGIN_URL is right and reachable from here, and https://status.salesforce.com';

const FIXES: Readonly<Record<CrmError['kind'], string>> = {
  unauthorized: 'mend it as said',
  rate_limited:
    'calls wait until there is quota again; see which integration uses it up in Salesforce (Setup → System Overview → API Usage)',
  unavailable: UNREACHED,
  rejected: UNREACHED,
};

/** Without its keys nothing can be written twice without being doubled, without rights nothing at all: the queue waits. */
export function requireKeys(schema: OrgSchema): OrgSchema {
  const wrong = [
    faultOf(schema.person.get(PERSON_KEY), PERSON_KEY),
    faultOf(schema.task.get(TASK_KEY), TASK_KEY),
    schema.rights.person ? undefined : 'this user may not create and change people',
    schema.rights.task ? undefined : 'this user may not create and change tasks',
  ];
  const faults = wrong.filter((fault) => fault !== undefined);
  if (faults.length === 0) return schema;
  throw new CrmError('unauthorized', `Salesforce: ${faults.join('; ')}: ${PROVISION}`);
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
  if (fault !== undefined) return { level: 'error', subject, message: fault, fix: PROVISION };
  if (field!.caseSensitive === false) {
    return {
      level: 'error',
      subject,
      message: 'is not case-sensitive: two calls may be taken for one',
      fix: 'set “treat ABC and abc as different values” on the field',
    };
  }
  if ((field!.length ?? 255) < 64)
    return {
      level: 'warning',
      subject,
      message: `holds ${field!.length} characters only`,
      fix: 'lengthen it to 255',
    };
  return { level: 'ok', subject, message: 'is there, unique and case-sensitive' };
}

function checkUsage(used: number, limit: number): Finding {
  const subject = 'API requests';
  const message = `${used} of ${limit} used in the last 24 hours, by all integrations`;
  if (used <= limit * 0.9) return { level: 'ok', subject, message };
  return {
    level: 'warning',
    subject,
    message,
    fix: 'see which integration uses them (Setup → System Overview), or buy more; at 98 % the queue waits',
  };
}

function checkRights({ rights }: OrgSchema, personObject: string): Finding[] {
  const wanted = [
    ['person', personObject, 'give them create and edit access to it'],
    ['task', 'Task', 'give them the permission Edit Tasks'],
  ] as const;
  return wanted.flatMap(([object, name, fix]): Finding[] =>
    rights[object]
      ? []
      : [{ level: 'error', subject: name, message: 'this user may not create and change its records', fix }],
  );
}

const TASK_FIELDS = ['Subject', 'Description', 'Status', 'WhoId', 'TaskSubtype'];

function checkWritable({ task }: OrgSchema, names: readonly string[]): Finding[] {
  return names.flatMap((name): Finding[] => {
    if (task.get(name)?.createable) return [];
    return [
      {
        level: 'warning',
        subject: `Task.${name}`,
        message: 'this user may not write it',
        fix: 'give them edit access to it',
      },
    ];
  });
}

/** Whom we cannot find by number we would create a second time. */
function checkPhones({ person }: OrgSchema, personObject: string): Finding[] {
  const names = personObject === 'Lead' ? ['Phone', 'MobilePhone'] : PHONES;
  const hidden = names.filter((name) => !person.has(name));
  if (hidden.length === 0) return [];
  return [
    {
      level: 'warning',
      subject: hidden.map((name) => `${personObject}.${name}`).join(', '),
      message: 'this user may not see it: people are not found by numbers in it, and may be created twice',
      fix: 'give them read access to it',
    },
  ];
}

function checkAccounts({ person }: OrgSchema, personObject: string): Finding[] {
  if (personObject === 'Contact' && person.has('AccountId')) return [];
  const lead = personObject !== 'Contact';
  return [
    {
      level: 'warning',
      subject: 'match.associate',
      message: lead
        ? 'leads have neither accounts nor opportunities: their calls are related to nothing'
        : 'this user may not see AccountId of contacts: calls are related to nothing',
      fix: lead ? 'take it out of the mapping' : 'give them read access to it',
    },
  ];
}
