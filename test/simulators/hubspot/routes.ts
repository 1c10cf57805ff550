/** The endpoints, without the version in their paths: v3, v4 and 2026-03 behave alike. */
import { associateDefault, readAssociations } from './association-batch.ts';
import { batchRead } from './batch-read.ts';
import { batchWrite } from './batch-write.ts';
import type { Bucket } from './limits.ts';
import { type ObjectType, objectTypeOf } from './object-type.ts';
import type { Portal } from './portal.ts';
import * as definitions from './property-definitions.ts';
import type { Answer } from './record-answer.ts';
import { search } from './search.ts';
import type { Generation } from './settings.ts';
import { archiveRecords, createRecord, readRecord, updateRecord } from './single-record.ts';

export interface Call {
  readonly portal: Portal;
  /** The object types in the path; associations have two. */
  readonly types: readonly ObjectType[];
  /** The record id or name in the path. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly text: string;
}

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Any of them will do. */
  readonly scopes: readonly string[];
  readonly bucket: Bucket;
  readonly answer: (call: Call) => Answer;
}

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
    '/associations/:type/:type/batch/associate/default',
    WRITE,
    ({ portal, types: [from, to], body }) => associateDefault(portal, from!, to!, body),
    'associations',
  ),
  route(
    'POST',
    '/associations/:type/:type/batch/read',
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
    definitions.listProperties(call.portal, type(call)),
  ),
  route('POST', '/properties/:type', WRITE_SCHEMA, (call) =>
    definitions.createProperty(call.portal, type(call), call.body),
  ),
  route('GET', '/properties/:type/:name', READ_SCHEMA, (call) =>
    definitions.readProperty(call.portal, type(call), call.name),
  ),
  route('PATCH', '/properties/:type/:name', WRITE_SCHEMA, (call) =>
    definitions.updateProperty(call.portal, type(call), call.name, call.body),
  ),
  route('DELETE', '/properties/:type/:name', WRITE_SCHEMA, (call) =>
    definitions.archiveProperty(call.portal, type(call), call.name),
  ),
  route('GET', '/owners', READ_OWNERS, ({ portal }) => ownersOf(portal)),
  route('GET', '/details', [], ({ portal }) => detailsOf(portal)),
];

export interface Found {
  readonly route: Route;
  readonly types: readonly ObjectType[];
  readonly name: string;
}

export function routeOf(method: string, path: string, generations: readonly Generation[]): Found | undefined {
  const [generation, rest] = versionless(path);
  if (rest === undefined || !generations.includes(generation)) return undefined;
  for (const route of ROUTES) {
    const match = route.method === method ? route.path.exec(rest) : null;
    if (!match) continue;
    const { type1, type2, name = '' } = match.groups ?? {};
    const types = [type1, type2].filter((each) => each !== undefined).map(objectTypeOf);
    if (types.some((each) => each === undefined)) return undefined;
    return { route, types: types as ObjectType[], name: decodeURIComponent(name) };
  }
  return undefined;
}

/** `/crm/v3/objects/…` and `/crm/objects/2026-03/…` both become `/objects/…`. */
function versionless(path: string): readonly [Generation, string | undefined] {
  const legacy = /^\/crm(?:\/v3(\/(?:objects|properties|owners)(?:\/.*)?)|\/v4(\/associations\/.*))$/.exec(
    path,
  );
  if (legacy) return ['legacy', legacy[1] ?? legacy[2]!];
  if (path === '/account-info/v3/details') return ['legacy', '/details'];
  const dated = /^\/crm(\/(?:objects|properties|owners|associations))\/2026-03(\/.*)?$/.exec(path);
  if (dated) return ['2026-03', `${dated[1]}${dated[2] ?? ''}`];
  return ['2026-03', path === '/account-info/2026-03/details' ? '/details' : undefined];
}

function route(
  method: string,
  pattern: string,
  scopes: readonly string[],
  answer: (call: Call) => Answer,
  bucket: Bucket = 'app',
): Route {
  let types = 0;
  const source = pattern
    .replaceAll(':type', () => {
      types += 1;
      return `(?<type${types}>[^/]+)`;
    })
    .replace(':name', '(?<name>[^/]+)');
  return { method, path: new RegExp(`^${source}/?$`), scopes, answer, bucket };
}

function ownersOf({ settings }: Portal): Answer {
  const results = settings.owners.map((id) => ({ id, email: `owner-${id}@example.com`, archived: false }));
  return { status: 200, body: { results } };
}

function detailsOf({ settings: { portalId, timeZone } }: Portal): Answer {
  return { status: 200, body: { portalId, timeZone, accountType: 'DEVELOPER_TEST' } };
}
