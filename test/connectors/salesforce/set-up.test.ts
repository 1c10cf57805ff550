/** The set-up of an org: the same by `provision` and by the sfdx folder, and nothing of the org's own is changed. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FieldDefinition } from '../../../connectors/connector.ts';
import { wantedFields } from '../../../connectors/engine/provision.ts';
import { definition } from '../../../connectors/salesforce/index.ts';
import { permissionSet } from '../../../connectors/salesforce/permission-set.ts';
import { customField, fieldProvisioner } from '../../../connectors/salesforce/provision.ts';
import { compileMapping } from '../../../src/mapping/compile.ts';
import { loadMapping } from '../../../src/mapping/load.ts';
import { type Element, parseXml } from '../../simulators/salesforce/xml.ts';
import { closedAfterEach } from '../closing.ts';
import { startOrg } from './org.ts';

const start = closedAfterEach(startOrg);

const folder = new URL('../../../connectors/salesforce/sfdx/force-app/main/default/', import.meta.url);
const xmlOf = (path: string) => parseXml(readFileSync(new URL(path, folder), 'utf8')).children[0]!;
const wanted = (personObject: string) =>
  wantedFields(fieldProvisioner({} as never, [personObject]), ['person', 'call', 'task'], own()).map(
    (field) => customField(field, personObject),
  );
const own = (): readonly FieldDefinition[] => {
  const mapping = loadMapping(readFileSync(definition.mappingFile, 'utf8'), 'default');
  return compileMapping(mapping, { defaultCountry: 'MX', timeZone: 'UTC', language: 'en' }).fields;
};

test('the sfdx folder holds the fields that provision creates, and no others', () => {
  const shipped = new Map<string, object>();
  for (const object of readdirSync(new URL('objects/', folder))) {
    for (const file of readdirSync(new URL(`objects/${object}/fields/`, folder))) {
      const { fullName, ...rest } = plain(xmlOf(`objects/${object}/fields/${file}`)) as {
        fullName: string;
      };
      shipped.set(`${object}.${fullName}`, rest);
    }
  }
  const fields = ['Contact', 'Lead'].flatMap(wanted);
  const created = new Map(fields.map(({ fullName, ...rest }) => [fullName, rest]));
  expect(shipped).toEqual(created);
});

test('and its permission set is the one that provision gives', () => {
  const shipped = xmlOf('permissionsets/Altur_CRM_Sync.permissionset-meta.xml').children;
  const of = (name: string) => shipped.filter((child) => child.name === name).map(plain);
  const sets = ['Contact', 'Lead'].map((object) => {
    return permissionSet(
      [object],
      wanted(object).map(({ fullName }) => ({ name: fullName })),
    );
  });
  const byName = (a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b));
  const union = (each: readonly object[]) => [
    ...new Map(each.map((one) => [JSON.stringify(one), one])).values(),
  ];
  for (const part of ['fieldPermissions', 'objectPermissions', 'userPermissions'] as const) {
    const given = union(sets.flatMap((set) => set[part].map(sorted)));
    expect([part, of(part).map(sorted).toSorted(byName)]).toEqual([part, given.toSorted(byName)]);
  }
  expect(of('label')).toEqual([sets[0]!.label]);
});

test('a field that the org has made otherwise stays as it is', async () => {
  const org = await start();
  const before = org.salesforce.requests.length;
  const fields: FieldDefinition[] = [
    { object: 'person', name: 'Altur_Status__c', label: 'Status', type: 'date' },
    { object: 'call', name: 'Altur_New__c', label: 'New', type: 'text' },
    { object: 'task', name: 'Altur_New__c', label: 'New', type: 'text' },
  ];
  const changes = await org.connector.provision(fields);
  expect(changes.map(({ action, name }) => [action, name])).toEqual([
    ['exists', 'Contact.Altur_Person_Key__c'],
    ['exists', 'Activity.Altur_Call_Id__c'],
    ['exists', 'Contact.Altur_Status__c'],
    ['created', 'Activity.Altur_New__c'],
    ['created', 'permission set Altur_CRM_Sync'],
  ]);
  const sent = org.salesforce.requests.slice(before).map(({ body }) => JSON.stringify(body) ?? '');
  expect(sent.some((body) => /CustomField.*Altur_Status__c.*<type>/s.test(body))).toBe(false);
});

test.each([
  ['Activity', /granted as Activity\.…$/],
  ['Task', /granted as Task\.…: this org rejects Activity\.…$/],
] as const)(
  'an org that takes grants for activity fields as %s.… only gets them so, and the report says it',
  async (form, detail) => {
    const org = await start({ provisioned: false, settings: { activityPermission: form } });
    const changes = await org.connector.provision(own());
    expect(changes.filter(({ action }) => action === 'failed')).toEqual([]);
    expect(changes.at(-1)).toMatchObject({ action: 'created', detail: expect.stringMatching(detail) });
    expect((await org.connector.check()).filter(({ level }) => level === 'error')).toEqual([]);
  },
);

describe('doctor', () => {
  const policy = { onMissing: 'create', onMany: 'newest', ifEmpty: ['AccountId'] } as const;

  test('warns that contacts without an account are private, unless the mapping gives them one', async () => {
    const [without, having] = [await start(), await start({ context: { policy } })];
    const subjects = async ({ connector }: typeof without) =>
      (await connector.check()).filter(({ level }) => level === 'warning').map(({ subject }) => subject);
    expect(await subjects(without)).toContain('Contact.AccountId');
    expect(await subjects(having)).not.toContain('Contact.AccountId');
  });

  test('warns when this user lacks View All on the object, and not when it has it', async () => {
    const org = await start({ context: { policy } });
    const warnings = async () => (await org.connector.check()).filter(({ level }) => level === 'warning');
    expect(await warnings()).toMatchObject([
      { subject: 'Contact (sharing)', fix: expect.stringContaining('View All') },
    ]);
    const [set] = org.salesforce.seed({ PermissionSet: [{ Name: 'All', Label: 'All' }] }).PermissionSet!;
    const { Id: userId } = org.salesforce.records('User')[0]!;
    org.salesforce.seed({
      PermissionSetAssignment: [{ PermissionSetId: set!, AssigneeId: userId }],
      ObjectPermissions: [{ ParentId: set!, SobjectType: 'Contact', PermissionsViewAllRecords: true }],
    });
    expect(await warnings()).toEqual([]);
  });

  test('says nothing of what this user may not ask', async () => {
    const org = await start({ context: { policy }, settings: { semiJoins: false } });
    expect((await org.connector.check()).filter(({ level }) => level !== 'ok')).toEqual([]);
  });

  test('names owners of the mapping who are not active', async () => {
    const owners = ['005Hs000000zzzzIAA'];
    const org = await start({ context: { policy, owners } });
    const [active, inactive] = org.salesforce.seed({ User: [{ IsActive: true }, { IsActive: false }] }).User!;
    owners.push(active!, inactive!, 'a queue');
    const finding = (await org.connector.check()).find(({ subject }) => subject.startsWith('OwnerId'));
    expect(finding).toMatchObject({ level: 'warning', subject: expect.stringContaining(inactive!) });
    expect(finding!.subject).toContain(owners[0]!);
    expect(finding!.subject).not.toContain(active!);
  });
});

test('the access token is in no URL: the token response names the user', async () => {
  const org = await start({ provisioned: false });
  const changes = await org.connector.provision(own());
  expect(changes.at(-1)).toMatchObject({
    action: 'created',
    detail: expect.stringContaining('assigned to this user'),
  });
  const paths = org.salesforce.requests.map(({ path }) => path);
  expect(paths.filter((path) => path.startsWith('/id/') || path.includes('token='))).toEqual([]);
});

test('what was created is reported though the last step, assigning the permission set, fails', async () => {
  const org = await start({ provisioned: false });
  const body = [{ errorCode: 'INSUFFICIENT_ACCESS', message: 'no' }];
  org.salesforce.fault({ kind: 'status', path: '/query', status: 403, body, times: 'always' });
  const changes = await org.connector.provision(own());
  expect(changes.filter(({ action }) => action === 'created').length).toBeGreaterThan(3);
  expect(changes.at(-1)).toMatchObject({
    action: 'created',
    detail: expect.stringContaining('assign it to the integration user (INSUFFICIENT_ACCESS)'),
  });
});

test('the response of a sign-in is reported without the secrets that it may repeat', async () => {
  const org = await start({ env: { SALESFORCE_CLIENT_SECRET: 'a-wrong-secret' } });
  org.salesforce.fault({
    kind: 'status',
    path: '/services/oauth2/token',
    status: 400,
    body: { error: 'invalid_client', error_description: 'no run-as user for a-wrong-secret' },
  });
  const error = (await org.connector.schema().catch((thrown) => thrown)) as Error;
  expect(`${error.message} ${error.cause ?? ''}`).not.toContain('a-wrong-secret');
  expect(error.message).toContain('no run-as user');
});

test.each([
  ['may not create fields', { canCustomize: false }, 'unauthorized', /may not create fields.*admin.*sfdx/],
  ['has used up its day', { dailyLimit: 0 }, 'rate_limited', /daily API limit/],
  ['has its token rejected', { refuseTokens: true }, 'unauthorized', /the sign-in is rejected/],
])('who %s gets from provision what to do', async (_, settings, kind, message) => {
  const org = await start({ provisioned: false });
  Object.assign(org.salesforce.settings, settings);
  const failing = org.connector.provision(own());
  await expect(failing).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
});

test('a key file that is replaced by something else is what is to be fixed, not the way to Salesforce', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'altur-key-')), 'server.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const org = await start({ env: { SALESFORCE_USERNAME: 'a@example.com', SALESFORCE_PRIVATE_KEY: path } });
  writeFileSync(path, '-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n');
  const failing = org.connector.schema();
  const message = expect.stringMatching(/^SALESFORCE_PRIVATE_KEY holds no private key/);
  await expect(failing).rejects.toMatchObject({ kind: 'unauthorized', message });
});

/** An element as what the Metadata API takes: texts, numbers, booleans, objects. */
function plain({ children, text }: Element): object | string | number | boolean {
  if (children.length > 0) return Object.fromEntries(children.map((child) => [child.name, plain(child)]));
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d+$/.test(text) ? Number(text) : text;
}

function sorted(value: unknown): object {
  return Object.fromEntries(Object.entries(value as object).toSorted(([a], [b]) => a.localeCompare(b)));
}
