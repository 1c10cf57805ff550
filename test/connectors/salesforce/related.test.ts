/** `match.associate`: calls are related to their contact's open opportunity, or to its account. */
import { describe, expect, test } from '@jest/globals';
import { closedAfterEach } from '../closing.ts';
import { personWithId, phone } from '../fixtures.ts';
import {
  callFields,
  personFields,
  record,
  startOrg,
  type TestOrg,
  type TestOrgOptions,
  tasks,
  write,
} from './org.ts';

const POLICY = {
  onMissing: 'create',
  onMany: 'newest',
  ifEmpty: ['FirstName', 'LastName', 'Phone'],
} as const;

const startUnread = closedAfterEach(startOrg);

async function start(
  associate: readonly ('company' | 'opportunity')[],
  options: TestOrgOptions & { object?: string } = {},
): Promise<TestOrg> {
  const { object, ...others } = options;
  const policy = { ...POLICY, associate, ...(object !== undefined && { personObject: object }) };
  const org = await startUnread({ ...others, context: { policy } });
  await org.connector.schema();
  return org;
}

/** Contact number `n` with an account, and opportunities of these stages, oldest first. */
function customer({ salesforce }: TestOrg, n: number, stages: readonly string[] = []) {
  const [account] = salesforce.seed({ Account: [{ Name: `ACME ${n}` }] }).Account!;
  const [contact] = salesforce.seed({
    Contact: [{ LastName: `Peña ${n}`, Phone: phone(n).e164, AccountId: account! }],
  }).Contact!;
  const opportunities = salesforce.seed({
    Opportunity: stages.map((StageName, index) => ({
      Name: `${StageName} ${index}`,
      AccountId: account!,
      StageName,
      CloseDate: '2026-12-31',
      LastModifiedDate: `2026-11-0${index + 1}T00:00:00.000+0000`,
    })),
  }).Opportunity!;
  return { account: account!, contact: contact!, opportunities };
}

test('a call is related to the open opportunity that was changed last', async () => {
  const org = await start(['opportunity', 'company']);
  const { contact, opportunities } = customer(org, 1, ['Prospecting', 'Negotiation', 'Closed Won']);
  const { account } = customer(org, 2, ['Closed Lost']);
  await org.sync([record(1), record(2), record(3)]);
  const [first, second, third] = tasks(org);
  expect(first).toMatchObject({ WhoId: contact, WhatId: opportunities[1] });
  expect(second).toMatchObject({ WhatId: account });
  // Who is new has no account yet.
  expect(third!.WhatId ?? null).toBeNull();
});

test('without `company` a call is not related to the account; without `opportunity` to that alone', async () => {
  for (const [associate, related] of [
    [['opportunity'], 'nothing'],
    [['company'], 'account'],
  ] as const) {
    const org = await start(associate);
    const { account } = customer(org, 1, associate[0] === 'company' ? ['Prospecting'] : []);
    await org.sync([record(1)]);
    expect(tasks(org)[0]!.WhatId ?? 'nothing').toBe(related === 'account' ? account : 'nothing');
  }
});

test('it takes one more request for two hundred known people, and none for new ones', async () => {
  const org = await start(['opportunity', 'company']);
  for (let n = 0; n < 200; n++) customer(org, n, ['Prospecting']);
  const calls = Array.from({ length: 200 }, (_, n) => record(n));
  await org.sync(calls);
  const between = org.salesforce.apiRequests;
  const again = calls.map((each) => ({ ...each, callId: `again_${each.callId}` }));
  await org.sync(again);
  expect(org.salesforce.apiRequests - between).toBe(2);
  expect(tasks(org).filter(({ WhatId }) => String(WhatId).startsWith('006'))).toHaveLength(400);
  const before = org.salesforce.apiRequests;
  await org.sync(Array.from({ length: 200 }, (_, n) => record(1_000 + n)));
  expect(org.salesforce.apiRequests - before).toBe(3);
});

test('an org that takes no semi-joins is asked in two steps', async () => {
  const org = await start(['opportunity'], { settings: { semiJoins: false } });
  const { opportunities } = customer(org, 1, ['Prospecting']);
  await org.sync([record(1)]);
  expect(tasks(org)).toMatchObject([{ WhatId: opportunities[0] }]);
});

describe('what goes wrong costs the relation, never the call', () => {
  test.each([
    ['FIELD_INTEGRITY_EXCEPTION', ['WhatId']],
    ['INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', []],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', []],
  ])('an opportunity that is rejected (%s)', async (statusCode, fields) => {
    const org = await start(['opportunity']);
    const { opportunities, contact } = customer(org, 1, ['Prospecting']);
    org.salesforce.failRecord({ key: opportunities[0]!, statusCode, message: 'no', fields });
    expect(await org.sync([record(1)])).toMatchObject([
      { status: 'synced', skippedFields: [{ object: 'call', field: 'WhatId' }] },
    ]);
    expect(tasks(org)).toMatchObject([{ WhoId: contact }]);
  });

  test('accounts that are hidden', async () => {
    const org = await start(['company'], { unchecked: 'requests' });
    customer(org, 1);
    org.salesforce.setFieldAccess('Contact', 'AccountId', 'hidden');
    expect(await org.sync([record(1)])).toMatchObject([
      { status: 'synced', skippedFields: [{ object: 'call', field: 'WhatId' }] },
    ]);
    const before = org.salesforce.apiRequests;
    const person = personWithId(1, { fields: personFields(1) });
    await org.sync([record(2, { person })]);
    expect(org.salesforce.apiRequests - before).toBe(1);
  });
});

test('a lead’s call is related to nothing, a changed call and one that the mapping relates stay as they are', async () => {
  const leads = await start(['opportunity', 'company'], { object: 'Lead' });
  const fields = [write('LastName', 'Peña'), write('Company', 'ACME')];
  const [id] = leads.salesforce.seed({ Lead: [{ LastName: 'Peña', Company: 'ACME', Phone: phone(1).e164 }] })
    .Lead!;
  await leads.sync([record(1, { person: personWithId(1, { fields }) })]);
  expect(tasks(leads)).toMatchObject([{ WhoId: id }]);
  expect(tasks(leads)[0]!.WhatId ?? null).toBeNull();

  const org = await start(['opportunity', 'company']);
  const { account, opportunities } = customer(org, 1, ['Prospecting']);
  const call = { fields: [...callFields(1), write('WhatId', account)] };
  const [first] = await org.sync([record(1, { call })]);
  expect(tasks(org)).toMatchObject([{ WhatId: account }]);
  const known = first!.status === 'synced' ? first!.records : {};
  await org.sync([record(1, { existing: known })]);
  expect(tasks(org)).toMatchObject([{ WhatId: account }]);
  expect(opportunities).toHaveLength(1);
});
