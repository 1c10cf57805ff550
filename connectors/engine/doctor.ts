/** `doctor` for a CRM: findings, each with its fix. */
import { accountText, type CrmAccount, CrmError, type Finding, type MatchPolicy } from '../connector.ts';
import type { CrmAdapter, LiveSchema } from './crm.ts';

/** The connector's findings; of a CRM that fails as a whole, that it does, and what to do. */
export async function check<Schema extends LiveSchema>(
  adapter: CrmAdapter<Schema>,
  policy: MatchPolicy,
): Promise<readonly Finding[]> {
  try {
    const schema = await adapter.readSchema(adapter.transport);
    return [...(await adapter.check(schema)), ...checkMatchFields(adapter, schema, policy)];
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    const fix = adapter.fixes[error.kind];
    return [{ level: 'error', subject: adapter.title, message: error.message, fix }];
  }
}

/** Where one cannot be looked up by, the queue waits; one that is missing is the mapping's fault, and reported with it. */
function checkMatchFields<Schema extends LiveSchema>(
  { isLookUpKey = () => true }: Pick<CrmAdapter<Schema>, 'isLookUpKey'>,
  { fields: { person } }: LiveSchema,
  { matchFields = [] }: MatchPolicy,
): Finding[] {
  const unusable = matchFields.filter((name) => person.has(name) && !isLookUpKey(person.get(name)!));
  return unusable.map((name) => {
    const message = `match.by finds people by ${name}, which is not unique in the CRM: the queue waits`;
    return problem('match.by', message, 'name a unique field there, or create it again as a unique one');
  });
}

/** Which portal or org the credentials lead to; that it cannot be read only costs the links to records. */
export async function checkAccount(
  subject: string,
  read: () => Promise<CrmAccount>,
  user: () => Promise<string | undefined> = async () => undefined,
): Promise<Finding> {
  try {
    const account = await read();
    const userName = await user();
    const who = userName === undefined ? [] : [`signed in as ${userName}`];
    return ok(subject, [accountText(account), ...(account.url ? [account.url] : []), ...who].join(', '));
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    const fix = 'follow the message; calls are written all the same, without links to their records';
    return warning(subject, error.message, fix);
  }
}

export function ok(subject: string, message: string): Finding {
  return { level: 'ok', subject, message };
}

export function warning(subject: string, message: string, fix: string): Finding {
  return { level: 'warning', subject, message, fix };
}

export function problem(subject: string, message: string, fix: string): Finding {
  return { level: 'error', subject, message, fix };
}
