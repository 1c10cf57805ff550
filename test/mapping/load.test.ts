import { expect, test } from '@jest/globals';
import { loadMapping } from '../../src/mapping/load.ts';
import { MappingError } from '../../src/mapping/mapping-error.ts';

function mistakes(text: string) {
  try {
    loadMapping(text, 'my.yaml');
  } catch (error) {
    if (error instanceof MappingError) return error.issues.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

test('every mistake is told at once, each with its line and what was probably meant', () => {
  const text = `
match:
  onMissing: creat
persn: {}
person:
  firstname: campaign_user.extracted_dat.Name
  lastname: { form: customer.name }
  altur_x: { from: customer.nmae, as: numbr }
  altur_y: { from: customer.extracted_data.Fecha, formats: [DD/MM] }
call:
  hs_call_title: { template: 'Hola {{custmer.name}}' }
`;
  const found = mistakes(text);
  expect(found.map((each) => each.split(':')[0])).toEqual(['3', '4', '6', '7', '8', '8', '9', '11']);
  expect(found.join('\n')).toMatch(/3: must be one of `create`, `log-only`, `skip`; did you mean `create`/);
  expect(found.join('\n')).toMatch(/4: .*`persn`.*did you mean `person`/);
  expect(found.join('\n')).toMatch(/6: .*did you mean `campaign_user.extracted_data.Name`/);
  expect(found.join('\n')).toMatch(/7: .*`form`.*did you mean `from`/);
  expect(found.join('\n')).toMatch(/8: .*customer.name/);
  expect(found.join('\n')).toMatch(/9: .*no date format/);
  expect(found.join('\n')).toMatch(/11: .*did you mean `customer.name`/);
});

test('what a word was probably meant to be is said, and what this CRM has no word for', () => {
  const found = (text: string, matchOptions = {}) => {
    try {
      loadMapping(text, 'my.yaml', matchOptions);
    } catch (error) {
      return (error as MappingError).message;
    }
    return '';
  };
  expect(found('match: { onMissing: creat }')).toContain('did you mean `create`?');
  expect(found('match: { object: Contac }', { personObjects: ['Contact', 'Lead'] })).toContain(
    'my.yaml:1:10: must be one of `Contact`, `Lead`; did you mean `Contact`?',
  );
  expect(found('match: { object: Lead }')).toContain('one kind of person only');
  expect(found('match:\n  associate: [opportunity]', { associations: ['company'] })).toContain(
    'my.yaml:2:15: this CRM’s calls are associated with company',
  );
});

test('a file that is no YAML says where', () => {
  expect(mistakes('person:\n  a: [1, 2\nb: {')[0]).toMatch(/^\d+: /);
});

test('what Altur may send one day can be mapped today, under `event.`', () => {
  expect(mistakes('person: { a: event.campaign_user.email }')).toEqual([]);
});

test('JSON is YAML', () => {
  expect(loadMapping('{"person": {"firstname": "customer.name"}}', 'my.json')).toEqual({
    person: { firstname: 'customer.name' },
  });
});

test('an empty file changes nothing', () => {
  expect(loadMapping('', 'my.yaml')).toEqual({});
});

test.each([
  ['two sources', 'person: { a: { from: customer.name, constant: x } }', 'exactly one'],
  ['no source', 'person: { a: { when: newest } }', 'exactly one'],
  ['an impossible delay', 'followUps: { a: { subject: x, due: { in: soon } } }', '4 hours'],
  ['a placeholder that is not whole', 'person: { a: { template: "Hola {{customer.name}" } }', 'not whole'],
  [
    'business hours that end before they begin',
    'businessHours: { days: [mon], from: "18:00", to: "09:00" }',
    'before',
  ],
  ['a key that is there twice', 'person:\n  a: customer.name\n  a: customer.id', 'unique'],
  ['a list where names are expected', '- person', 'must be names with values'],
  [
    'a field that is a list',
    'person: { a: [customer.name] }',
    'must be names with values, such as { a: b }, or a text',
  ],
  ['one language only', 'person: { a: { template: { en: "x {{customer.name}}" } } }', 'needs `es`'],
  ['a rule that says nothing to do', 'calls: [{ outcome: busy }]', 'needs `do`'],
  ['an alias of nothing', 'person: { a: *b }', 'there is no &b'],
  [
    'a path without its beginning',
    'person: { a: extracted_data.Monto }',
    'did you mean `customer.extracted_data.Monto`?',
  ],
  [
    'a path nobody heard of',
    'person: { a: campaign_user.shoe_size }',
    'write `event.campaign_user.shoe_size`',
  ],
  [
    'a misspelt key deep inside',
    'followUps: { a: { subject: x, due: { form: customer.id } } }',
    'did you mean `from`',
  ],
  ['a condition without a test', 'followUps: { a: { subject: x, all: [{ path: status }] } }', 'exactly one'],
])('%s is a mistake', (_, text, message) => {
  expect(mistakes(text).join('\n')).toContain(message);
});
