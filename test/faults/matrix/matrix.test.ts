/** A short form of the fault matrix: fewer calls, those rows that no other test is about, one CRM each. */
import { expect, test } from '@jest/globals';
import type { CrmKind } from '../../simulators/crm-process.ts';
import type { DifferenceKind } from './compare.ts';
import { ROWS } from './rows/rows.ts';
import { faultsOf, type RunOptions, runRow } from './run-row.ts';
import type { World } from './world.ts';

const CALLS = 120;
const SHORT = {
  calls: CALLS,
  callsPerSecond: 60,
  minuteMs: 3_000,
  firstBackoffMs: 500,
  patienceMs: 90_000,
  laterMs: 500,
};

function run(name: string, crm: CrmKind, inspect?: RunOptions['inspect']) {
  const row = ROWS.find((each) => each.name === name)!;
  // The seed of the day: whatever fails is repeated with it.
  const seed = Math.floor(Date.now() / 86_400_000);
  return runRow(row, { ...SHORT, crm, seed, ...(inspect && { inspect }) });
}

const rows: [string, CrmKind][] = [
  ['out-of-order', 'salesforce'],
  ['records-rejected', 'salesforce'],
  ['redis-killed', 'salesforce'],
  ['merged-deleted', 'hubspot'],
  ['rolling-deploy', 'hubspot'],
];
test.each(rows)('%s, %s: nothing is lost, doubled or overwritten', async (name, crm) => {
  const result = await run(name, crm);
  expect(faultsOf(result)).toEqual([]);
  expect(result.accepted).toBeGreaterThanOrEqual(CALLS * 0.9);
  expect(result.synced + result.deadLetters).toBeGreaterThanOrEqual(CALLS * 0.9);
});

test('search-lag, hubspot: likewise, and what is then changed in the CRM by hand is found', async () => {
  const found: (readonly DifferenceKind[])[] = [];
  const result = await run('search-lag', 'hubspot', async (world, again) => {
    for (const tamper of [loseCall, doubleCall, doublePerson, overwriteStatus, linkToAnother]) {
      await tamper(world);
      found.push((await again()).map(({ kind }) => kind));
    }
  });
  expect(faultsOf(result)).toEqual([]);
  expect(found).toEqual(
    [
      ['lost'],
      ['lost', 'doubled call'],
      ['lost', 'doubled call', 'doubled person'],
      ['lost', 'doubled call', 'stale', 'doubled person'],
      ['lost', 'doubled call', 'wrong', 'stale', 'doubled person'],
    ].map((kinds) => expect.arrayContaining(kinds)),
  );
});

async function loseCall({ crm }: World): Promise<void> {
  const call = (await crm.state()).calls.at(-1)!;
  await crm.control('remove', { type: 'calls', id: call.id });
}

/** Without a key, as whatever does not know our keys would write it. */
async function doubleCall({ crm }: World): Promise<void> {
  const { fields } = (await crm.state()).calls[0]!;
  const { hs_call_body, hs_call_title, hs_timestamp } = fields;
  await crm.control('seed', { calls: [{ hs_call_body, hs_call_title, hs_timestamp }] });
}

async function doublePerson({ crm }: World): Promise<void> {
  const { firstname, lastname, phone } = (await crm.state()).people[0]!.fields;
  await crm.control('seed', { contacts: [{ firstname, lastname, phone }] });
}

async function overwriteStatus({ crm }: World): Promise<void> {
  const { people } = await crm.state();
  const [, one, other] = people;
  await write(crm, 'PATCH', `objects/contacts/${one!.id}`, {
    properties: { altur_status: other!.fields.altur_status },
  });
}

async function linkToAnother({ crm }: World): Promise<void> {
  const { calls, people } = await crm.state();
  const call = calls[1]!;
  const other = people.find(({ id }) => id !== call.people[0])!;
  const inputs = [{ from: { id: call.id }, to: { id: other.id } }];
  const response = await write(crm, 'POST', 'associations/calls/contacts/batch/associate/default', {
    inputs,
  });
  expect(response.ok).toBe(true);
}

function write({ url, env }: World['crm'], method: string, path: string, body: object): Promise<Response> {
  const version = path.startsWith('associations') ? 'v4' : 'v3';
  const headers = {
    authorization: `Bearer ${env.HUBSPOT_ACCESS_TOKEN}`,
    'content-type': 'application/json',
  };
  return fetch(`${url}/crm/${version}/${path}`, { method, headers, body: JSON.stringify(body) });
}
