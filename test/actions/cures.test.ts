import { expect, test } from '@jest/globals';
import type { Change, FieldDefinition } from '../../connectors/connector.ts';
import { addOption, createField, definitionOf } from '../../src/actions/cures.ts';
import { recordingLog } from '../recording-log.ts';

const STATUS: FieldDefinition = {
  object: 'person',
  name: 'altur_status',
  label: 'Altur status',
  type: 'option',
};

/** A CRM that answers `changes`, and what was asked of it. */
function crm(changes: readonly Change[], canAddOptions = true) {
  const asked: unknown[] = [];
  const log = recordingLog();
  let notices = 0;
  const connector = {
    name: 'memo',
    async provision(fields: readonly FieldDefinition[]) {
      asked.push(...fields);
      return changes;
    },
    ...(canAddOptions && {
      async addOption(...option: readonly string[]) {
        asked.push(option);
        return changes[0]!;
      },
    }),
  };
  const notice = {
    async publish() {
      notices += 1;
    },
  };
  const parts = { connector, notice, log, actor: { by: 'dashboard', address: '192.0.2.7' } as const };
  return { parts, asked, log, notices: () => notices };
}

test('a field of the mapping is created as it defines it, another one as text with a readable label', () => {
  expect(definitionOf([STATUS], 'person', 'altur_status')).toBe(STATUS);
  const text = { object: 'person', type: 'text' };
  expect(definitionOf([STATUS], 'person', 'altur_payment_amount')).toEqual({
    ...text,
    name: 'altur_payment_amount',
    label: 'Altur payment amount',
  });
  expect(definitionOf([], 'person', 'Altur_Payment_Amount__c').label).toBe('Altur Payment Amount');
  expect(definitionOf([STATUS], 'call', 'altur_status').type).toBe('text');
});

test('creating a field tells the workers, the operator and the log what became of it', async () => {
  const created: Change = { action: 'created', object: 'person', name: 'altur_status' };
  const key: Change = { action: 'exists', object: 'person', name: 'altur_person_key' };
  const { parts, asked, log, notices } = crm([key, created]);
  expect(await createField(parts, STATUS)).toEqual([created]);
  expect([asked, notices()]).toEqual([[STATUS], 1]);
  expect(log.entries).toEqual([
    {
      level: 'info',
      message: 'operator action',
      fields: {
        action: 'create field',
        field: 'person.altur_status',
        result: 'created',
        by: 'dashboard',
        address: '192.0.2.7',
      },
    },
  ]);
});

test('a field that is made of several, or that another failure prevents, is told whole', async () => {
  const contact: Change = { action: 'created', object: 'person', name: 'Contact.Altur_Status__c' };
  const permission: Change = {
    action: 'failed',
    object: 'person',
    name: 'permission set',
    detail: 'no right',
  };
  const { parts, log } = crm([contact, permission]);
  expect(await createField(parts, STATUS)).toEqual([contact, permission]);
  expect(log.entries[0]!.fields).toMatchObject({ result: 'failed' });
});

test('an option is added, and the log does not say which', async () => {
  const added: Change = { action: 'created', object: 'person', name: 'altur_status' };
  const { parts, asked, log, notices } = crm([added]);
  const option = { object: 'person', name: 'altur_status', option: 'promesa de Sofía' } as const;
  expect(await addOption(parts, option)).toBe(added);
  expect([asked, notices()]).toEqual([[['person', 'altur_status', 'promesa de Sofía']], 1]);
  expect(JSON.stringify(log.entries)).toContain('person.altur_status');
  expect(JSON.stringify(log.entries)).not.toContain('Sofía');
});

test('a CRM that cannot add options says what to do', async () => {
  const { parts } = crm([], false);
  await expect(
    addOption(parts, { object: 'person', name: 'altur_status', option: 'x' }),
  ).rejects.toMatchObject({
    code: 'OPTION_NOT_ADDED',
    message: expect.stringContaining('altur_status'),
  });
});
