import { describe, expect, test } from '@jest/globals';
import type { CrmField, CrmSchema, FieldType } from '../../connectors/connector.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { hubspotSchema } from './crm-schema.ts';

const field = (name: string, type: FieldType, more: Partial<CrmField> = {}): [string, CrmField] => [
  name,
  { name, label: name, type, createable: true, updateable: true, ...more },
];

const STAGES = [
  { value: 'won', label: 'Won' },
  { value: 'lost', label: 'Lost' },
  { value: 'in_progress', label: 'In progress' },
];

const schema: CrmSchema = {
  ...hubspotSchema,
  person: new Map([
    ...hubspotSchema.person,
    field('stage', 'option', { options: STAGES, inactiveOptions: ['archived'] }),
    field('topics', 'options', { options: STAGES }),
    field('twins', 'option', {
      options: [
        { value: 'a', label: 'Same' },
        { value: 'b', label: 'same' },
      ],
    }),
    field('open', 'option', { valueLabels: { 'Phone Inquiry': 'Phone Inquiry', Web: 'Web' } }),
    field('score', 'number'),
    field('birthday', 'date'),
    field('called', 'datetime'),
    field('vip', 'boolean'),
    field('short', 'text', { maxLength: 5 }),
    field('calculated', 'number', { createable: false, updateable: false }),
  ]),
  task: new Map([...hubspotSchema.task, field('level', 'option', { options: STAGES })]),
};

/** Of a mapping that is nothing but this. */
const compare = (text: string) =>
  compileMapping(loadMapping(text, 'mapping.yaml'), {
    defaultCountry: 'MX',
    timeZone: 'America/Mexico_City',
    language: 'en',
  }).compareWithCrm(schema);
const mismatches = (rules: string) => compare(`person: ${rules}`);

describe('what is skipped in every call is found, with its place and the fix', () => {
  test.each([
    [
      '{ stage: { constant: wonn } }',
      'stage.constant',
      /`wonn` is not an option/,
      /write `won`; .*`lost` \(Lost\)/,
    ],
    [
      '{ stage: { constant: archived } }',
      'stage.constant',
      /inactive option/,
      /activate it, or write one of/,
    ],
    [
      '{ stage: { from: customer.status, values: { x: zzz } } }',
      'stage.values.x',
      /`zzz`/,
      /add the option in the CRM/,
    ],
    [
      '{ stage: { from: customer.status, values: { x: won }, otherwise: open } }',
      'stage.otherwise',
      /`open` is not/,
      /one of/,
    ],
    ['{ stage: { from: customer.status, default: none } }', 'stage.default', /`none` is not/, /one of/],
    ['{ topics: { constant: [won, lots] } }', 'topics.constant', /`lots` is not/, /write `lost`/],
    ['{ twins: { constant: SAME } }', 'twins.constant', /more than one option/, /`a` \(Same\), `b` \(same\)/],
    [
      '{ score: { constant: high } }',
      'score.constant',
      /the CRM’s field is a number/,
      /a value that is a number/,
    ],
    ['{ birthday: { constant: soon } }', 'birthday.constant', /a date/, /a value that is a date/],
    ['{ vip: { from: customer.status, values: { x: maybe } } }', 'vip.values.x', /boolean/, /yes or no/],
    [
      '{ birthday: call.duration }',
      'birthday.from',
      /call\.duration is a number, .* is a date/,
      /another field/,
    ],
    ['{ score: customer.name }', 'score.from', /customer\.name is a text, .* is a number/, /`values`/],
    ['{ vip: call.at }', 'vip.from', /call\.at is a time, .* is yes or no/, /another field/],
    ['{ stage: customer.tags }', 'stage.from', /customer\.tags is a list, .* one option/, /multi-select/],
    ['{ stage: call.outcome }', 'stage.from', /no option for `connected`, `voicemail`/, /`values`/],
    ['{ stage: customer.phone }', 'stage.from', /is a phone number/, /another field/],
    ['{ birthday: { from: event.x, as: number } }', 'birthday.from', /event\.x is a number/, /another field/],
    [
      '{ called: { from: event.x, as: phone } }',
      'called.from',
      /event\.x is a phone number/,
      /another field/,
    ],
    ['{ score: { template: "{{duration}} seconds" } }', 'score', /the template makes a text/, /a text field/],
    ['{ stage: { from: event.x, when: append } }', 'stage.when', /`append` adds to a list/, /when: newest/],
  ])('%s', (rules, place, message, fix) => {
    expect(mismatches(rules)).toEqual([
      {
        level: 'skip',
        object: 'person',
        place: ['person', ...place.split('.')],
        message: expect.stringMatching(message),
        fix: expect.stringMatching(fix),
      },
    ]);
  });

  test('a follow-up’s priority without an option', () => {
    const rules = 'task: { level: follow_up.priority }\nfollowUps: { later: { subject: Call } }';
    expect(compare(rules)).toEqual([
      expect.objectContaining({
        object: 'task',
        message: expect.stringContaining('`low`, `medium`, `high`'),
      }),
    ]);
  });
});

test('a label is written as its value, and said so', () => {
  const [label, otherCase] = [
    mismatches('{ stage: { constant: Won } }'),
    mismatches('{ stage: { constant: WON } }'),
  ];
  expect(label).toMatchObject([{ level: 'note', message: '`Won` is the label; the value `won` is written' }]);
  expect(otherCase).toMatchObject([{ level: 'note', message: expect.stringContaining('the value `won`') }]);
});

test('a text that is too long is cut, and a value beside one of an open picklist is a new one', () => {
  expect(mismatches('{ short: { constant: too long } }')).toMatchObject([
    { level: 'differs', message: expect.stringMatching(/8 characters, .* takes 5/) },
  ]);
  for (const value of ['Phone inquiry', 'Phone Inquirry'])
    expect(mismatches(`{ open: { constant: ${value} } }`)).toMatchObject([
      { level: 'differs', fix: 'write `Phone Inquiry`' },
    ]);
});

describe('no false alarm', () => {
  test.each([
    '{ stage: { constant: won } }',
    '{ stage: customer.status }',
    '{ stage: customer.extracted_data.Stage }',
    '{ stage: call.agent }',
    '{ topics: { constant: [won, lost] } }',
    '{ topics: { from: customer.tags, when: append } }',
    '{ open: { constant: Referral } }',
    '{ open: { constant: Phone Inquiry } }',
    '{ score: { constant: "42" } }',
    '{ score: call.duration }',
    '{ score: { from: customer.extracted_data.Amount, as: money } }',
    '{ score: { template: "{{duration}}" } }',
    '{ birthday: call.at }',
    '{ called: call.at }',
    '{ called: { from: customer.extracted_data.When, as: date, formats: [DD/MM/YYYY] } }',
    '{ vip: { from: customer.tags, values: { vip: true }, otherwise: false } }',
    '{ vip: { constant: sí } }',
    '{ short: { constant: "" } }',
    '{ short: customer.name }',
    // It is reported as read-only, or as missing.
    '{ calculated: { constant: high } }',
    '{ absent: { constant: high } }',
  ])('%s', (rules) => {
    expect(mismatches(rules)).toEqual([]);
  });
});
