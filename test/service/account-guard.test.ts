/** A worker uses no record ids of another portal or org. Two workers stand for two deployments on one Redis. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type CrmAccount, CrmError } from '../../connectors/connector.ts';
import { checkAccount } from '../../src/commands/check-account.ts';
import { type Accounts, openAccounts } from '../../src/queue/accounts.ts';
import { openLastWrites } from '../../src/queue/last-writes.ts';
import { openPersonCache } from '../../src/queue/person-cache.ts';
import { connectWorker } from '../../src/queue/redis.ts';
import { AccountGuard } from '../../src/service/account-guard.ts';
import { until } from '../e2e/service-process.ts';
import { recordingLog } from '../recording-log.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
afterAll(() => redis.quit());

const OLD: CrmAccount = { id: '111', name: 'Acme' };
const NEW: CrmAccount = { id: '222', name: 'Acme sandbox' };

let scope: string;
let accounts: Accounts;
let log: ReturnType<typeof recordingLog>;
let guards: AccountGuard[];

beforeEach(() => {
  scope = randomUUID();
  accounts = openAccounts(redis, scope);
  log = recordingLog();
  guards = [];
});
afterEach(() => {
  for (const guard of guards) guard.stop();
});

const connectorOf = (account: () => Promise<CrmAccount>) => ({ name: scope, account });

/** A worker that has started with these credentials. */
async function startWith(account: CrmAccount | (() => Promise<CrmAccount>)): Promise<AccountGuard> {
  const ask = typeof account === 'function' ? account : async () => account;
  const guard = new AccountGuard({ connector: connectorOf(ask), accounts, log }).start();
  guards.push(guard);
  await guard.settle();
  return guard;
}

const ana = { id: '7', key: 'customer-1', empty: [] };
async function cacheRecords(): Promise<void> {
  await openPersonCache(redis, scope).set(new Map([['key:customer-1', ana]]));
  await openLastWrites(redis, scope).set(new Map([['customer-1', new Map([['status', 5]])]]));
}
async function cachedRecords() {
  const [person] = await openPersonCache(redis, scope).get(['key:customer-1']);
  const [writes] = await openLastWrites(redis, scope).get(['customer-1']);
  return { person, writes: writes!.size };
}
const messages = () => log.entries.map(({ message }) => message);

test('records that Redis did not forget, because it failed, are forgotten before a later batch', async () => {
  await startWith(OLD);
  await cacheRecords();
  const forgetRecords = jest.spyOn(accounts, 'forgetRecords').mockRejectedValueOnce(new Error('READONLY'));
  const guard = await startWith(NEW);
  expect(messages()).toContain('record ids of another CRM account may be left in Redis');
  await until(async () => {
    await guard.settle();
    return (await cachedRecords()).person === undefined;
  }, 'they are forgotten');
  expect(await accounts.current()).toEqual(NEW);
  expect(forgetRecords).toHaveBeenCalledTimes(2);
});

test('the same account again forgets nothing and says nothing', async () => {
  await startWith(OLD);
  await cacheRecords();
  expect((await startWith({ ...OLD, name: 'Acme, renamed' })).account?.id).toBe('111');
  expect(await cachedRecords()).toEqual({ person: ana, writes: 1 });
  expect(messages()).toEqual([]);
});

test('another account forgets the record ids of the former one, of this CRM only, and says both names', async () => {
  await startWith(OLD);
  await cacheRecords();
  const otherCrm = openPersonCache(redis, `${scope}-other`);
  await otherCrm.set(new Map([['key:customer-1', ana]]));
  await startWith(NEW);
  expect(await cachedRecords()).toEqual({ person: undefined, writes: 0 });
  expect(await otherCrm.get(['key:customer-1'])).toEqual([ana]);
  expect(log.entries).toEqual([
    {
      level: 'warn',
      message: 'CRM account changed',
      fields: { code: 'ACCOUNT_CHANGED', crm: scope, before: 'Acme (111)', now: 'Acme sandbox (222)' },
    },
    expect.objectContaining({ fields: { crm: scope, entries: 2 } }),
  ]);
});

test('entries of a version that knew no account are kept', async () => {
  await cacheRecords();
  await startWith(NEW);
  expect(await cachedRecords()).toEqual({ person: ana, writes: 1 });
  expect(await accounts.current()).toEqual(NEW);
});

test('two deployments on one Redis say so, and do not undo each other’s work', async () => {
  const first = await startWith(OLD);
  const second = await startWith(NEW);
  await cacheRecords();
  // As if both had been running for a while: a deployment that is replaced may overlap for half a minute.
  await redis.hset(
    `{altur}:${scope}:accounts-in-use`,
    OLD.id,
    JSON.stringify({ ...OLD, at: Date.now() + 40_000 }),
  );
  await second.report();
  await second.report();
  await first.report();
  const shared = log.entries.filter(({ message }) => message === 'two CRM accounts share one Redis');
  expect(shared).toHaveLength(1);
  expect(shared[0]).toMatchObject({
    level: 'error',
    fields: { account: 'Acme sandbox (222)', others: ['Acme (111)'] },
  });
  expect(await cachedRecords()).toEqual({ person: ana, writes: 1 });
  expect(await accounts.current()).toEqual(NEW);
});

test('credentials that may not ask, and a CRM that says nothing, leave everything as it is', async () => {
  await startWith(OLD);
  await cacheRecords();
  let asked = 0;
  const guard = await startWith(async () => {
    asked += 1;
    throw new CrmError('unauthorized', 'the scope is missing', { code: 'SCOPE_MISSING' });
  });
  await guard.settle();
  const silent = new AccountGuard({ connector: { name: scope }, accounts, log }).start();
  guards.push(silent);
  await silent.settle();
  expect([guard.account, silent.account, asked]).toEqual([undefined, undefined, 1]);
  expect(await cachedRecords()).toEqual({ person: ana, writes: 1 });
  expect(messages()).toEqual(['CRM account unknown']);
});

test('a CRM that hangs keeps no batch waiting for long', async () => {
  const startedAt = Date.now();
  const hanging = Promise.withResolvers<CrmAccount>();
  const guard = await startWith(() => hanging.promise);
  expect(Date.now() - startedAt).toBeLessThan(8_000);
  hanging.resolve(OLD);
  await guard.settle();
  expect(guard.account).toEqual(OLD);
});

test('doctor names the account, warns of another one’s records, and reports another one’s workers', async () => {
  const check = (account: CrmAccount) =>
    checkAccount(
      connectorOf(async () => account),
      accounts,
    );
  expect(await check(NEW)).toEqual([
    { level: 'ok', subject: 'account', message: 'Acme sandbox (222): Redis holds no records of another one' },
  ]);
  await accounts.setCurrent(OLD);
  expect(await check(NEW)).toMatchObject([
    {
      level: 'warning',
      message: expect.stringMatching(/records of Acme \(111\).*belong to Acme sandbox \(222\)/),
    },
  ]);
  await accounts.markInUse(OLD);
  expect(await check(NEW)).toMatchObject([
    {
      level: 'error',
      message: expect.stringMatching(/workers of Acme \(111\)/),
      fix: expect.stringContaining('REDIS_URL'),
    },
  ]);
  expect(await check(OLD)).toMatchObject([{ level: 'ok' }]);
  const unknown = connectorOf(async () => {
    throw new CrmError('unauthorized', 'no', { code: 'SCOPE_MISSING' });
  });
  expect(await checkAccount(unknown, accounts)).toEqual([]);
});
