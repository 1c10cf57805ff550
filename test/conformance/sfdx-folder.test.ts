/** The folder that an administrator deploys is one that the Metadata API takes, and grants exactly what it creates. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type Element, parseXml } from '../simulators/salesforce/xml.ts';

const FOLDER = new URL('../../connectors/salesforce/sfdx/force-app/main/default/', import.meta.url);
const PERMISSIONS = 'permissionsets/Altur_CRM_Sync.permissionset-meta.xml';

/** Path → content. */
type Files = Readonly<Record<string, string>>;

const shipped: Files = Object.fromEntries(
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.xml'))
    .map((path) => [path, readFileSync(new URL(path, FOLDER), 'utf8')]),
);

/** https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm */
const NAME = /^[A-Za-z](?!\w*__\w*__c)\w{0,39}__c$/;
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Text: ['length', 'externalId', 'unique', 'caseSensitive'],
  DateTime: [],
};

function problemsOf(files: Files): readonly string[] {
  const created: string[] = [];
  const problems: string[] = [];
  for (const [path, xml] of Object.entries(files)) {
    const [, object, file] = /^objects\/(\w+)\/fields\/(\w+)\.field-meta\.xml$/.exec(path) ?? [];
    if (object === undefined) continue;
    const field = valuesOf(parseXml(xml).children[0]!);
    created.push(`${object}.${file}`);
    problems.push(...problemsOfField(field, file!).map((problem) => `${object}.${file}: ${problem}`));
  }
  return [...problems, ...problemsOfGrants(files[PERMISSIONS]!, created)];
}

function problemsOfField(field: Readonly<Record<string, string>>, file: string): readonly string[] {
  const {
    fullName = '',
    label = '',
    type = '',
    length,
    unique,
    externalId,
    caseSensitive,
    ...others
  } = field;
  const allowed = KEYS[type];
  if (!allowed) return [`no type ${type} is expected`];
  const found = Object.entries({ length, unique, externalId, caseSensitive }).filter(([, value]) => value);
  const chars = Number(length);
  return [
    ...(fullName === file ? [] : [`the full name is ${fullName}`]),
    ...(NAME.test(fullName) ? [] : ['the full name is not one of a custom field']),
    ...(label.length > 0 && label.length <= 40 ? [] : ['the label has no characters, or more than 40']),
    ...(type === 'Text' && !(chars >= 1 && chars <= 255) ? [`a text of ${length} characters`] : []),
    ...found.filter(([name]) => !allowed.includes(name)).map(([name]) => `${name} is not for ${type}`),
    ...Object.keys(others).map((name) => `${name} is not expected`),
    // An upsert needs an external id; without case two call ids would be one.
    ...(/_Key__c$|_Id__c$/.test(fullName) &&
    [unique, externalId, caseSensitive].some((each) => each !== 'true')
      ? ['a key is unique, an external id, and case-sensitive']
      : []),
  ];
}

function problemsOfGrants(xml: string, created: readonly string[]): readonly string[] {
  const children = parseXml(xml).children[0]!.children;
  const grants = children.filter(({ name }) => name === 'fieldPermissions').map(valuesOf);
  const objects = children.filter(({ name }) => name === 'objectPermissions').map(valuesOf);
  const granted = grants.map(({ field }) => field!);
  const people = [...new Set(created.map((each) => each.split('.')[0]!))].filter(
    (each) => each !== 'Activity',
  );
  return [
    ...created.filter((each) => !granted.includes(each)).map((each) => `${each} is granted to nobody`),
    ...granted.filter((each) => !created.includes(each)).map((each) => `${each} is granted and not created`),
    ...granted
      .filter((each, index) => granted.indexOf(each) !== index)
      .map((each) => `${each} is granted twice`),
    ...grants
      .filter(({ editable, readable }) => editable !== 'true' || readable !== 'true')
      .map(({ field }) => `${field} cannot be written`),
    ...people
      .filter(
        (name) =>
          !objects.some(
            ({ object, allowCreate, allowEdit }) =>
              object === name && allowCreate === 'true' && allowEdit === 'true',
          ),
      )
      .map((name) => `${name} cannot be created and changed`),
    ...objects
      .filter(({ allowDelete, modifyAllRecords }) => allowDelete !== 'false' || modifyAllRecords !== 'false')
      .map(({ object }) => `${object}: more than is needed`),
  ];
}

function valuesOf({ children }: Element): Readonly<Record<string, string>> {
  return Object.fromEntries(children.map(({ name, text }) => [name, text]));
}

test('the folder that is shipped has no problem', () => {
  expect(Object.keys(shipped).length).toBeGreaterThan(8);
  expect(problemsOf(shipped)).toEqual([]);
});

const KEY = 'objects/Activity/fields/Altur_Call_Id__c.field-meta.xml';
const TIME = 'objects/Lead/fields/Altur_Last_Call_At__c.field-meta.xml';

const mistakes: readonly [string, string, string | RegExp, string, RegExp][] = [
  [
    'another full name',
    KEY,
    'Altur_Call_Id__c</fullName>',
    'Altur_Call__c</fullName>',
    /full name is Altur_Call__c/,
  ],
  ['a label that is too long', KEY, 'Altur Call Id', 'x'.repeat(41), /more than 40/],
  ['a text that is too long', KEY, '255', '256', /256 characters/],
  ['another type', KEY, '<type>Text', '<type>LongTextArea', /LongTextArea/],
  ['a key that ignores case', KEY, '<caseSensitive>true', '<caseSensitive>false', /case-sensitive/],
  ['a length where none belongs', TIME, '<type>', '<length>9</length><type>', /length is not for DateTime/],
  [
    'a grant that is missing',
    PERMISSIONS,
    /<fieldPermissions>[\s\S]*?<\/fieldPermissions>/,
    '',
    /granted to nobody/,
  ],
  [
    'a grant of nothing',
    PERMISSIONS,
    'Contact.Altur_Tags__c',
    'Contact.Altur_Tag__c',
    /granted and not created/,
  ],
  ['a field that cannot be written', PERMISSIONS, '<editable>true', '<editable>false', /cannot be written/],
  [
    'an object that cannot be created',
    PERMISSIONS,
    '<allowCreate>true',
    '<allowCreate>false',
    /cannot be created/,
  ],
  ['a right to delete', PERMISSIONS, '<allowDelete>false', '<allowDelete>true', /more than is needed/],
];

test.each(mistakes)('%s is found', (_, path, from, to, expected) => {
  const changed = shipped[path]!.replace(from, to);
  expect(changed).not.toBe(shipped[path]);
  expect(problemsOf({ ...shipped, [path]: changed })).toContainEqual(expect.stringMatching(expected));
});
