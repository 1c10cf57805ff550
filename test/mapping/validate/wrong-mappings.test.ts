/** Invalid mapping files: each issue at its line and column, with what to do about it. */
import { describe, expect, test } from '@jest/globals';
import { loadMapping } from '../../../src/mapping/load.ts';
import { MappingError } from '../../../src/mapping/mapping-error.ts';

function issuesOf(text: string): string[] {
  try {
    loadMapping(text, 'my.yaml');
  } catch (error) {
    if (error instanceof MappingError)
      return error.issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
    throw error;
  }
  return [];
}

const field = (rule: string) => `person:\n  x: ${rule}\n`;
const followUp = (rule: string) => `followUps:\n  x: ${rule}\n`;

describe('YAML syntax', () => {
  test.each([
    ['a template without quotes', field('{ template: {{customer.name}} }'), ['2:19 put quotes']],
    ['a quote that is never closed', field('{ template: "x }\n  y: customer.name'), ['2:18 this quote']],
    ['a text with a colon', 'followUps:\n  x:\n    subject: Call: now', ['3:14 .*put quotes']],
    ['a tab', 'person:\n\tx: customer.name', ['2:1 .*use spaces']],
    ['a second document', 'person: {}\n---\ncall: {}', ['2:1 .*take the --- away']],
    ['a text that begins with !', field('!x customer.name'), ['2:6 .*put quotes']],
    ['an alias within its own anchor', 'person: &p\n  x: *p', ['2:6 .*within']],
    ['a key that is no text', 'person:\n  ? [a]\n  : customer.name', ['2:5 must be a text']],
    ['keys that are there twice', 'call: {}\ncall: {}\npersn: {}', ['2:1 .*twice', '3:1 .*`person`']],
    ['keys without a value', 'person:\ncall:\n  y:\n', ['1:1 is empty', '3:3 is empty']],
  ])('%s', (_, text, expected) => {
    const found = issuesOf(text);
    expect(found).toEqual(expected.map((each) => expect.stringMatching(new RegExp(`^${each}`))));
  });

  test('aliases of aliases of aliases', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join()}]\n`;
    const text = `a: &a [${Array(10).fill('x').join()}]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}`;
    expect(issuesOf(text)).toEqual(['1:1 has too many aliases (*name)']);
  });
});

test('an issue in a long text is reported at its own line, with Windows line ends and a byte order mark too', () => {
  const text = `\ufefffollowUps:
  x:
    subject: { en: "x", es: "{{customer.name}} {{customer.nam}}" }
    body: |
      One line
      {{customer.nmae}} and {{customer.nmae}}

      {{#if customer.name}} {{{customer.name}}}
    prioritty: high
`;
  const expected = [
    '3:50 the event has no `customer.nam`; did you mean `customer.name`?',
    '6:9 the event has no `customer.nmae`; did you mean `customer.name`?',
    '6:31 the event has no `customer.nmae`; did you mean `customer.name`?',
    '8:9 templates have no conditions: a line whose placeholders are all empty is dropped',
    '8:29 is a placeholder that is not whole: write {{path}}',
    '9:5 there is no `prioritty` here; did you mean `priority`?',
  ];
  expect(issuesOf(text)).toEqual(expected);
  expect(issuesOf(text.replaceAll('\n', '\r\n'))).toEqual(expected);
});

describe('semantics', () => {
  test.each([
    ['a placeholder in a constant', field('{ constant: "{{customer.name}}" }'), '2:19 .*`template`'],
    ['one in a table', field('{ from: status, values: { a: "{{id}}" } }'), '2:36 .*`template`'],
    ['braces around a path', field('"{{customer.name}}"'), '2:7 .*without braces'],
    ['one brace', field('{ template: "x {customer.name}" }'), '2:21 takes two braces'],
    ['an empty placeholder', field('{ template: "x {{ }}" }'), '2:21 names no path'],
    ['an empty template', field('{ template: "" }'), '2:8 must not be empty'],
    ['a fixed text as a path', field('altur'), '2:6 .*constant: altur'],
    ['a table for a template', field('{ template: "{{id}}", values: { a: b } }'), '2:28 is for `from`'],
    ['otherwise without a table', field('{ from: id, otherwise: x }'), '2:18 .*add `values`'],
    [
      'date formats for a number',
      field('{ from: id, as: number, formats: [DD/MM/YYYY] }'),
      '2:30 is for dates',
    ],
    [
      'a phone format for a date',
      field('{ from: id, as: date, format: national }'),
      '2:28 is for phone .*formats',
    ],
    ['one for a number', field('{ from: id, as: number, format: e164 }'), '2:30 .*remove it'],
    ['one without `as`', field('{ from: customer.phone, format: e164 }'), '2:30 .*`as: phone`'],
    [
      'a format of dates for a phone',
      field('{ from: id, as: phone, format: DD/MM }'),
      '2:29 must be one of `e164`',
    ],
    ['a decimal sign for a date', field('{ from: id, as: date, decimal: "." }'), '2:28 .*`as: money`'],
    ['appending to a number', field('{ from: id, as: number, when: append }'), '2:30 .*a list'],
    ['a constant that its own `as` cannot read', field('{ constant: x, as: number }'), '2:8 is not a number'],
    [
      'a default that its own `as` cannot read',
      field('{ from: id, as: date, default: 1/2/26 }'),
      '2:28 is not a date',
    ],
    [
      'an outcome that does not exist',
      field('{ from: call.outcome, values: { bussy: 1 } }'),
      '2:38 .*`busy`',
    ],
    ['a follow-up outside of tasks', 'call:\n  x: follow_up.due', '2:6 .*in `task` only'],
    ['an hour of twelve', field('{ from: id, formats: ["DD/MM/YYYY hh:mm"] }'), '2:29 .*no date format'],
    ['a half of the day', field('{ from: id, formats: [DD/MM/YYYY HH:mm A] }'), '2:28 .*no date format'],
    [
      'a time for hours',
      followUp('{ subject: x, due: { in: 4 hours, at: "10:00" } }'),
      '2:40 .*take one away',
    ],
    ['formats of no date', followUp('{ subject: x, due: { formats: [D/M/YY] } }'), '2:27 .*add `from`'],
    ['a subject of nothing', followUp('{ subject: "" }'), '2:8 must not be empty'],
    [
      'a condition on an empty text',
      followUp('{ subject: x, all: [{ path: id, equals: "" }] }'),
      '2:38 .*exists: false',
    ],
    ['a call both long and short', 'calls:\n  - { shorterThan: 5, longerThan: 9, do: skip }', '2:23 no call'],
    [
      'a rule after one for all',
      'calls:\n  - { do: log }\n  - { outcome: busy, do: skip }',
      '3:5 .*never reached',
    ],
    ['an owner that is a path', 'owner: assistant.name', '1:1 .*from: assistant.name'],
    ['an owner by the owner', 'owner: { from: call.owner }', '1:16 .*what `owner` says'],
  ])('%s', (_, text, expected) => {
    expect(issuesOf(text)).toEqual([expect.stringMatching(new RegExp(`^${expected}`))]);
  });

  test('unusual but clear values are accepted', () => {
    const formats = '["DD de MM de YYYY", "DD/MM/YYYY a las HH:mm", D/M/YY, DDMMYYYY, "YYYY/MM/DD HH:mm:ss"]';
    expect(issuesOf(field(`{ from: id, as: date, formats: ${formats} }`))).toEqual([]);
    expect(issuesOf(field('{ template: "{literal} {{customer.name || customer.phone}}" }'))).toEqual([]);
    expect(
      issuesOf(followUp('{ subject: x, any: [{ path: call.outcome, in: [No-Answer, BUSY] }] }')),
    ).toEqual([]);
  });
});

test.each([
  ['customer', 'customer.name'],
  ['customer.first', 'customer.first_name'],
  ['end_user.phone', 'end_user.phone_number'],
  ['evnt.campaign_user.email', 'event.campaign_user.email'],
  ['campaing_user.extracted_data.Monto', 'campaign_user.extracted_data.Monto'],
  ['custmer.nmae', 'customer.name'],
  ['tags', 'customer.tags'],
])('the path %s suggests %s', (path, meant) => {
  expect(issuesOf(field(path))).toEqual([`2:6 the event has no \`${path}\`; did you mean \`${meant}\`?`]);
});

test('a missing key is reported beside the other issues of the rule', () => {
  expect(issuesOf('followUps:\n  x:\n    body: y\n    due: { in: soon }')).toEqual([
    '2:3 needs `subject`',
    expect.stringMatching(/^4:12 must be like/),
  ]);
});

test('a typing error in a required key is one issue, not two', () => {
  expect(issuesOf('followUps:\n  x:\n    subjct: y')).toEqual([
    '3:5 there is no `subjct` here; did you mean `subject`?',
  ]);
  expect(issuesOf(field('{ form: customer.name }'))).toEqual([
    '2:8 there is no `form` here; did you mean `from`?',
  ]);
});
