/** A connector over an adapter that has none of the optional parts: it does what it can, and says what it cannot. */
import { expect, test } from '@jest/globals';
import type { CrmField } from '../../../connectors/connector.ts';
import { EngineConnector } from '../../../connectors/engine/connector.ts';
import type { CrmAdapter, CrmClient, Provisioner } from '../../../connectors/engine/crm.ts';
import type { Candidate } from '../../../connectors/engine/persons/match.ts';
import { recordingLog } from '../../recording-log.ts';
import { POLICY } from '../fixtures.ts';

const STATUS: CrmField = {
  name: 'status',
  label: 'Status',
  type: 'option',
  createable: true,
  updateable: true,
  options: [{ value: 'new', label: 'New' }],
};
const ANA: Candidate = { id: '1', formerIds: ['7'], phones: [], createdAt: 0, values: new Map() };

/** Reads people by id and nothing else. */
const client = { readPeople: async (ids: readonly string[]) => [ANA].filter(({ id }) => ids.includes(id)) };

function connectorOf(more: Partial<CrmAdapter> = {}) {
  const fields = { person: new Map([['status', STATUS]]), call: new Map(), task: new Map() };
  const adapter = {
    title: 'Plain',
    readSchema: async () => ({ fields }),
    client: () => client as unknown as CrmClient,
    provisioner: {} as Provisioner<never>,
    ...more,
  };
  return new EngineConnector(adapter as unknown as CrmAdapter, {
    policy: POLICY,
    log: recordingLog(),
    timeZone: 'UTC',
    objects: ['person', 'call', 'task'],
  });
}

test('has no account where the adapter reads none', async () => {
  expect(connectorOf().account).toBeUndefined();
  const account = { id: '1', name: 'One' };
  expect(await connectorOf({ readAccount: async () => account }).account!()).toBe(account);
});

test('verifies people where activities cannot be read by id, and says nothing of calls', async () => {
  const calls = [
    { person: '1', call: '2', tasks: { key: '3' } },
    { person: '4', call: '5' },
  ];
  expect(await connectorOf().verify(calls)).toEqual([{ person: 'present' }, { person: 'gone' }]);
});

test('sends an operator to the CRM for an option, unless it is there', async () => {
  const connector = connectorOf();
  expect(await connector.addOption('person', 'status', 'won')).toEqual({
    action: 'skipped',
    object: 'person',
    name: 'status',
    detail: expect.stringContaining('add the option in Plain'),
  });
  expect(await connector.addOption('person', 'status', 'new')).toMatchObject({ action: 'exists' });
});

test('a failure to add one option does not hinder the next', async () => {
  const addOption = async ({ option }: { option: string }) => {
    if (option === 'bad') throw new Error('down');
    return { action: 'created', object: 'person', name: 'status' } as const;
  };
  const connector = connectorOf({ provisioner: { addOption } as unknown as Provisioner<never> });
  const bad = connector.addOption('person', 'status', 'bad');
  const good = connector.addOption('person', 'status', 'good');
  await expect(bad).rejects.toThrow('down');
  expect(await good).toMatchObject({ action: 'created' });
});
