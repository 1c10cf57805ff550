import { expect, test } from '@jest/globals';
import { loadMapping } from '../../src/mapping/load.ts';
import { namedOwners } from '../../src/mapping/named-owners.ts';

test('the owners that a mapping names are those of its owner rules, and what fields are set to', () => {
  const file = loadMapping(
    `
owner: { from: assistant.nickname, values: { Bot: "005A" }, otherwise: "005B" }
person: { OwnerId: { constant: "005C", when: if-empty }, Status__c: customer.status }
followUps: { promise: { all: [{ path: customer.status, equals: x }], owner: "005D", subject: Call } }
`,
    'mapping.yaml',
  );
  expect(namedOwners(file)).toEqual([
    { id: '005A' },
    { id: '005B' },
    { id: '005D' },
    { id: '005C', field: 'OwnerId' },
  ]);
});
