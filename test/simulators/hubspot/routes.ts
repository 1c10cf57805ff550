/** The endpoints, without the version in their paths: v3, v4 and 2026-03 behave alike. */
import { apiPathOf } from './api-path.ts';
import { associateDefault, readAssociations } from './association-batch.ts';
import { batchRead } from './batch-read.ts';
import { batchWrite } from './batch-write.ts';
import { type ObjectType, objectTypeOf } from './object-type.ts';
import type { Portal } from './portal.ts';
import * as definitions from './property-definitions.ts';
import type { Answer } from './record-answer.ts';
import { type Call, type Route, route } from './route.ts';
import { search } from './search.ts';
import type { Generation } from './settings.ts';
import { archiveRecords, createRecord, readRecord, updateRecord } from './single-record.ts';

/** The scopes of calls and tasks are those of contacts: https://developers.hubspot.com/docs/api-reference/crm-calls-v3/guide */
const READ = ['crm.objects.contacts.read'];
const WRITE = ['crm.objects.contacts.write'];
const READ_SCHEMA = ['crm.schemas.contacts.read', 'crm.objects.contacts.read'];
const WRITE_SCHEMA = ['crm.schemas.contacts.write'];
const READ_OWNERS = ['crm.objects.owners.read'];

const type = ({ types }: Call) => types[0]!.name;

const ROUTES: readonly Route[] = [
  route('POST', '/objects/:type/batch/create', WRITE, (call) =>
    batchWrite(call.portal, type(call), 'create', call.body),
  ),
  route('POST', '/objects/:type/batch/update', WRITE, (call) =>
    batchWrite(call.portal, type(call), 'update', call.body),
  ),
  route('POST', '/objects/:type/batch/upsert', WRITE, (call) =>
    batchWrite(call.portal, type(call), 'upsert', call.body),
  ),
  route('POST', '/objects/:type/batch/read', READ, (call) => batchRead(call.portal, type(call), call.body)),
  route('POST', '/objects/:type/batch/archive', WRITE, (call) =>
    archiveRecords(call.portal, type(call), call.body),
  ),
  route(
    'POST',
    '/objects/:type/search',
    READ,
    (call) => search(call.portal, type(call), call.body, call.text),
    'search',
  ),
  route('POST', '/objects/:type', WRITE, (call) => createRecord(call.portal, type(call), call.body)),
  route('GET', '/objects/:type/:name', READ, (call) =>
    readRecord(call.portal, type(call), call.name, call.query),
  ),
  route('PATCH', '/objects/:type/:name', WRITE, (call) =>
    updateRecord(call.portal, type(call), call.name, call.query, call.body),
  ),
  route('DELETE', '/objects/:type/:name', WRITE, (call) =>
    archiveRecords(call.portal, type(call), { inputs: [{ id: call.name }] }),
  ),
  route(
    'POST',
    '/associations/:from/:to/batch/associate/default',
    WRITE,
    ({ portal, types: [from, to], body }) => associateDefault(portal, from!, to!, body),
    'associations',
  ),
  route(
    'POST',
    '/associations/:from/:to/batch/read',
    READ,
    ({ portal, types: [from, to], body }) => readAssociations(portal, from!, to!, body),
    'associations',
  ),
  route('GET', '/properties/:type/groups', READ_SCHEMA, (call) =>
    definitions.listGroups(call.portal, type(call)),
  ),
  route('POST', '/properties/:type/groups', WRITE_SCHEMA, (call) =>
    definitions.createGroup(call.portal, type(call), call.body),
  ),
  route('POST', '/properties/:type/batch/create', WRITE_SCHEMA, (call) =>
    definitions.createProperties(call.portal, type(call), call.body),
  ),
  route('GET', '/properties/:type', READ_SCHEMA, (call) =>
    definitions.listProperties(call.portal, type(call), call.query),
  ),
  route('POST', '/properties/:type', WRITE_SCHEMA, (call) =>
    definitions.createProperty(call.portal, type(call), call.body),
  ),
  route('GET', '/properties/:type/:name', READ_SCHEMA, (call) =>
    definitions.readProperty(call.portal, type(call), call.name, call.query),
  ),
  route('PATCH', '/properties/:type/:name', WRITE_SCHEMA, (call) =>
    definitions.updateProperty(call.portal, type(call), call.name, call.body),
  ),
  route('DELETE', '/properties/:type/:name', WRITE_SCHEMA, (call) =>
    definitions.archiveProperty(call.portal, type(call), call.name),
  ),
  route('GET', '/owners', READ_OWNERS, ({ portal }) => listOwners(portal)),
  route('GET', '/details', ['oauth'], ({ portal }) => readDetails(portal)),
];

export interface FoundRoute {
  readonly route: Route;
  readonly types: readonly ObjectType[];
  readonly name: string;
}

export function routeOf(
  method: string,
  url: string,
  generations: readonly Generation[],
): FoundRoute | undefined {
  const api = apiPathOf(url);
  if (!api || !generations.includes(api.generation)) return undefined;
  for (const route of ROUTES) {
    const match = route.method === method ? route.path.exec(api.path) : null;
    if (!match) continue;
    const { type, from = type, to, name = '' } = match.groups ?? {};
    const types = [from, to].filter((each) => each !== undefined).map(objectTypeOf);
    if (types.some((each) => each === undefined)) return undefined;
    return { route, types: types as ObjectType[], name: decodeURIComponent(name) };
  }
  return undefined;
}

function listOwners({ settings }: Portal): Answer {
  const dates = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
  const results = settings.owners.map((id) => {
    return { id, type: 'PERSON', email: `owner-${id}@example.com`, archived: false, ...dates };
  });
  return { status: 200, body: { results } };
}

/** https://developers.hubspot.com/docs/api-reference/latest/account/account-information/get-account-details */
function readDetails({ settings: { portalId, timeZone, uiDomain } }: Portal): Answer {
  const body = {
    portalId,
    accountType: 'DEVELOPER_TEST',
    timeZone,
    companyCurrency: 'USD',
    additionalCurrencies: [],
    utcOffset: '-06:00',
    utcOffsetMilliseconds: -21_600_000,
    uiDomain,
    dataHostingLocation: 'na1',
  };
  return { status: 200, body };
}
