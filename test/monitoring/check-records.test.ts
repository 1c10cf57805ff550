import { expect, test } from '@jest/globals';
import type { CrmAccount, RecordStates } from '../../connectors/connector.ts';
import { recordsCheckLines } from '../../src/commands/records-check-text.ts';
import { checkRecords } from '../../src/monitoring/check-records.ts';
import type { LedgerEntry } from '../../src/queue/ledger.ts';

const HERE: CrmAccount = { id: '1', name: 'Here' };
const entry: LedgerEntry = {
  digest: 'x',
  receivedAt: 1,
  syncedAt: 2,
  crm: 'memo',
  account: HERE,
  records: { person: '7', call: '8', tasks: { 'cll_1:later': '9' } },
  skippedFields: [],
};
const PRESENT: RecordStates = {
  person: 'present',
  call: 'present',
  tasks: { 'cll_1:later': 'present' },
  linked: true,
};
const connector = (states: RecordStates, account = HERE) => ({
  name: 'memo',
  account: async () => account,
  verify: async () => [states],
});
const lines = async (states: RecordStates) =>
  recordsCheckLines(await checkRecords(connector(states), entry), 'altur-crm-sync resync cll_1');

test('records that are all there and linked are complete', async () => {
  expect(await checkRecords(connector(PRESENT), entry)).toMatchObject({ checked: true, isComplete: true });
  expect(await lines(PRESENT)).toEqual([
    '  ✓ person 7 is there',
    '  ✓ call 8 is there',
    '  ✓ task 9 (cll_1:later) is there',
    '  ✓ the call is linked to the person',
  ]);
});

test.each([
  { missing: { person: 'gone' }, says: '  ✗ person 7 is gone' },
  { missing: { call: 'gone' }, says: '  ✗ call 8 is gone' },
  { missing: { tasks: {} }, says: '  ✗ task 9 (cll_1:later) is gone' },
  { missing: { linked: false }, says: '  ✗ the call is not linked to the person' },
])('$says, and the command that writes it again', async ({ missing, says }) => {
  const states = { ...PRESENT, ...missing } as RecordStates;
  expect(await checkRecords(connector(states), entry)).toMatchObject({ isComplete: false });
  expect(await lines(states)).toContain(says);
  expect((await lines(states)).at(-1)).toBe('  to write what is missing: altur-crm-sync resync cll_1');
});

test('records of another CRM or account, and a CRM that cannot check, are not said to be gone', async () => {
  const checks = await Promise.all([
    checkRecords(connector(PRESENT), { ...entry, crm: 'salesforce' }),
    checkRecords(connector(PRESENT, { id: '2', name: 'Elsewhere' }), entry),
    checkRecords({ name: 'memo' }, entry),
  ]);
  expect(checks.map((check) => recordsCheckLines(check, ''))).toEqual([
    ['  not checked: it was written to salesforce, and CRM_CONNECTOR is memo'],
    ['  not checked: it was written to Here (1), and these credentials belong to Elsewhere (2)'],
    ['  not checked: memo cannot check records'],
  ]);
});
