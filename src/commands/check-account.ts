/** Checks for `doctor` that Redis knows records of the portal or org that these credentials belong to, and of no other. */
import {
  accountText,
  type Connector,
  type CrmAccount,
  CrmError,
  type Finding,
} from '../../connectors/connector.ts';
import type { Accounts } from '../queue/accounts.ts';
import { error, ok, warning } from './findings.ts';

export async function checkAccount(
  connector: Pick<Connector, 'name' | 'account'>,
  accounts: Pick<Accounts, 'current' | 'inUse'>,
): Promise<Finding[]> {
  const account = await accountOf(connector);
  if (!account) return [];
  const others = (await accounts.inUse()).filter(({ id }) => id !== account.id);
  if (others.length > 0) {
    const message = `workers of ${others.map(accountText).join(', ')} use this Redis too; these credentials belong to ${accountText(account)}`;
    const fix = 'give each account a Redis of its own (REDIS_URL), or stop those workers';
    return [error('account', message, fix)];
  }
  const current = await accounts.current();
  if (current && current.id !== account.id) {
    const message = `Redis knows records of ${accountText(current)}; these credentials belong to ${accountText(account)}`;
    const fix =
      'if that is intended, start the service: it forgets the former records; if not, set the other credentials';
    return [warning('account', message, fix)];
  }
  return [ok('account', `${accountText(account)}: Redis holds no records of another one`)];
}

/** Undefined where the CRM does not say; its own check has reported why it does not answer. */
async function accountOf(connector: Pick<Connector, 'account'>): Promise<CrmAccount | undefined> {
  try {
    return await connector.account?.();
  } catch (cause) {
    if (cause instanceof CrmError) return undefined;
    throw cause;
  }
}
