import { expect, test } from '@jest/globals';
import { loadMapping } from '../../src/mapping/load.ts';
import { MappingError } from '../../src/mapping/mapping-error.ts';

function issuesOf(text: string) {
  try {
    loadMapping(text, 'my.yaml');
  } catch (error) {
    if (error instanceof MappingError) return error.issues.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

test('every issue is reported at once, each with its line and what was probably meant', () => {
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
  const found = issuesOf(text);
  expect(found.map((each) => each.split(':')[0])).toEqual(['3', '4', '6', '7', '8', '8', '9', '11']);
  expect(found.join('\n')).toMatch(/3: must be one of `create`, `log-only`, `skip`; did you mean `create`/);
  expect(found.join('\n')).toMatch(/4: .*`persn`.*did you mean `person`/);
  expect(found.join('\n')).toMatch(/6: .*did you mean `campaign_user.extracted_data.Name`/);
  expect(found.join('\n')).toMatch(/7: .*`form`.*did you mean `from`/);
  expect(found.join('\n')).toMatch(/8: .*customer.name/);
  expect(found.join('\n')).toMatch(/9: .*no date format/);
  expect(found.join('\n')).toMatch(/11: .*did you mean `customer.name`/);
});

test('a name with a typing error, and one that this CRM does not have, are reported', () => {
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

test('a list of objects is checked one by one, and assignment rules where the CRM has them', () => {
  const options = { personObjects: ['Contact', 'Lead'], assignmentRules: true };
  const issuesIn = (match: string, matchOptions: object = options) => {
    try {
      loadMapping(`match: ${match}`, 'my.yaml', matchOptions);
    } catch (error) {
      return (error as MappingError).issues.map(
        ({ column, code, message }) => `${column} ${code} ${message}`,
      );
    }
    return [];
  };
  expect(issuesIn('{ object: [Contact, Lead], assignmentRules: true }')).toEqual([]);
  expect(issuesIn('{ object: [Lead] }')).toEqual([]);
  expect(issuesIn('{ object: [Contact, Leed] }')).toEqual([
    '28 NOT_IN_CRM must be one of `Contact`, `Lead`; did you mean `Lead`?',
  ]);
  expect(issuesIn('{ object: [Lead, Lead] }')).toEqual(['25 NO_EFFECT `Lead` is in the list twice']);
  expect(issuesIn('{ object: [] }')).toEqual(['10 EMPTY_VALUE must not be empty']);
  expect(issuesIn('{ object: 5 }')).toEqual([expect.stringContaining('must be a text, or a list')]);
  expect(issuesIn('{ object: [Contact] }', {})).toEqual([expect.stringContaining('one kind of person only')]);
  expect(issuesIn('{ assignmentRules: true }', {})).toEqual([
    '10 NOT_IN_CRM this CRM has no assignment rules: remove it',
  ]);
  expect(issuesIn('{ assignmentRules: false }', {})).toEqual([]);
});

test('an association with a typing error is reported with the one that was meant', () => {
  const load = () => loadMapping('match: { associate: [compny] }', 'my.yaml', { associations: ['company'] });
  expect(load).toThrow('this CRM’s calls are associated with company; did you mean `company`?');
});

test('a mapping error and its issues have stable codes', () => {
  const text = 'persn: {}\nperson: { a: customer.nmae, b: { when: newest }, c: [x] }\nowner: assistant.name';
  let error: unknown;
  try {
    loadMapping(text, 'my.yaml');
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(MappingError);
  const { code, exitCode, issues } = error as MappingError;
  expect({ code, exitCode }).toEqual({ code: 'MAPPING_INVALID', exitCode: 1 });
  expect(issues.map((issue) => issue.code)).toEqual([
    'UNKNOWN_KEY',
    'UNKNOWN_PATH',
    'MISSING_KEY',
    'WRONG_TYPE',
    'INVALID_VALUE',
  ]);
});

test('a syntax error is reported with its line', () => {
  expect(issuesOf('person:\n  a: [1, 2\nb: {')[0]).toMatch(/^\d+: /);
});

test('what Altur may send one day can be mapped today, under `event.`', () => {
  expect(issuesOf('person: { a: event.campaign_user.email }')).toEqual([]);
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
  ['a call rule without `do`', 'calls: [{ outcome: busy }]', 'needs `do`'],
  ['an alias of nothing', 'person: { a: *b }', 'there is no &b'],
  [
    'a path without its beginning',
    'person: { a: extracted_data.Monto }',
    'did you mean `customer.extracted_data.Monto`?',
  ],
  ['an unknown path', 'person: { a: campaign_user.shoe_size }', 'write `event.campaign_user.shoe_size`'],
  [
    'a typing error in a nested key',
    'followUps: { a: { subject: x, due: { form: customer.id } } }',
    'did you mean `from`',
  ],
  ['a condition without a test', 'followUps: { a: { subject: x, all: [{ path: status }] } }', 'exactly one'],
])('%s is an issue', (_, text, message) => {
  expect(issuesOf(text).join('\n')).toContain(message);
});
