import { expect, test } from '@jest/globals';
import type { CrmField, CrmSchema, FieldDefinition } from '../../connectors/connector.ts';
import { closeNames } from '../../src/mapping/close-names.ts';
import { loadMapping } from '../../src/mapping/load.ts';

const fields = (...names: readonly string[]) =>
  new Map(
    names.map((name): [string, CrmField] => [
      name,
      { name, label: name, type: 'text', createable: true, updateable: true },
    ]),
  );
const crm = (...names: readonly string[]): CrmSchema => ({
  person: fields(...names),
  call: new Map(),
  task: new Map(),
});
const typed = (...names: readonly string[]): FieldDefinition[] =>
  names.map((name) => ({ object: 'person', name, label: name, type: 'text' }));

const HUBSPOT = loadMapping(
  `person: { firstname: customer.first_name, altur_status: customer.status, altur_tags: customer.tags }
extracted: { prefix: altur_, case: snake }`,
  'hubspot',
);
const SALESFORCE = loadMapping(
  `person: { FirstName: customer.first_name, Altur_Status__c: customer.status }
extracted: { prefix: Altur_, suffix: __c, case: Capitals }`,
  'salesforce',
);
const PORTAL = ['firstname', 'lastname', 'email', 'phone', 'city', 'state', 'address', 'altur_payment_date'];
const ORG = ['FirstName', 'LastName', 'Phone', 'MobilePhone', 'Email', 'LeadSource'];

test.each([
  ['fistname', 'firstname'],
  ['fisrtname', 'firstname'],
  ['first_name', 'firstname'],
  ['email_', 'email'],
  ['emial', 'email'],
  ['Phone', 'phone'],
  // Also before they are created.
  ['altur_statuss', 'altur_status'],
  ['altur_tag', 'altur_tags'],
  ['status', 'altur_status'],
])('in HubSpot %s is close to %s', (name, near) => {
  expect(closeNames(typed('firstname', name), crm(...PORTAL), HUBSPOT)).toEqual([
    { object: 'person', name, near },
  ]);
});

test.each([
  ['Phone__c', 'Phone'],
  ['First_Name__c', 'FirstName'],
  ['FistName', 'FirstName'],
  ['Lead_Sorce__c', 'LeadSource'],
  ['Altur_Statuss__c', 'Altur_Status__c'],
])('in Salesforce %s is close to %s', (name, near) => {
  expect(closeNames(typed(name), crm(...ORG), SALESFORCE)).toEqual([{ object: 'person', name, near }]);
});

test.each([
  'promise_amount',
  'promise_date',
  // Short words that differ in a letter are both words.
  'cita',
  // Numbered on purpose.
  'address2',
  'phone_2',
  'altur_plan',
  // As extracted data are named: they differ as the data do.
  'altur_payment_rate',
  'campaign',
  // The default mapping's own, not created yet.
  'altur_status',
  'altur_tags',
])('%s is a name of its own', (name) => {
  expect(closeNames(typed(name), crm(...PORTAL), HUBSPOT)).toEqual([]);
});

test('two names that the mapping writes are both meant', () => {
  const names = typed('payment_date', 'payment_rate');
  expect(closeNames(names, crm('payment_date'), HUBSPOT)).toEqual([]);
  expect(closeNames(typed('payment_rate'), crm('payment_date'), HUBSPOT)).toHaveLength(1);
});

test('a field that the CRM has is not asked about', () => {
  expect(closeNames(typed('altur_statuss'), crm('altur_statuss', 'altur_status'), HUBSPOT)).toEqual([]);
});
