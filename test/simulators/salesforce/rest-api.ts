import { ApiError, notFound, RecordRefused } from './api-error.ts';
import { createCollection, updateCollection, upsertCollection } from './collections.ts';
import { runComposite } from './composite.ts';
import { describeBriefly, describeObject } from './describe.ts';
import type { Org } from './org.ts';
import type { QueryCursors } from './query-cursors.ts';
import { methodNotAllowed, type RestRequest, type RestResponse } from './rest-request.ts';
import { createOne, deleteOne, readOne, updateOne, upsertOne } from './single-record.ts';
import type { WriteContext } from './write.ts';

export interface RestBackend {
  readonly org: Org;
  readonly cursors: QueryCursors;
  /** API requests used so far. */
  readonly used: () => number;
  /** The URL that identifies the token's user. */
  readonly identityUrl: string;
}

/** Answers every call of the REST API below its version, errors included. */
export function answer(backend: RestBackend, request: RestRequest): RestResponse {
  try {
    return route(backend, request);
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    if (error instanceof RecordRefused) return { status: 400, body: [singleError(error)] };
    throw error;
  }
}

function route(backend: RestBackend, request: RestRequest): RestResponse {
  const { org } = backend;
  const [first, second] = request.path;
  switch (first) {
    case undefined:
      return ok({ identity: backend.identityUrl, ...resources(request.version) });
    case 'limits':
      return ok({ DailyApiRequests: dailyRequests(backend) });
    case 'query':
    case 'queryAll':
      return ok(backend.cursors.query(org, request));
    case 'sobjects':
      return sobjects(org, request);
    case 'composite':
      if (second === 'sobjects') return ok(collections(org, request));
      if (second !== undefined) throw notFound();
      if (request.method !== 'POST') throw methodNotAllowed(request.method);
      return ok(runComposite(org, request, (subrequest) => answer(backend, subrequest)));
    default:
      throw notFound();
  }
}

function collections(org: Org, request: RestRequest): unknown {
  const [, , type, key] = request.path;
  const context = writeContext(org, request);
  if (type !== undefined && key !== undefined && request.method === 'PATCH') {
    return upsertCollection(context, type, key, request.body);
  }
  if (type !== undefined) throw notFound();
  if (request.method === 'POST') return createCollection(context, request.body);
  if (request.method === 'PATCH') return updateCollection(context, request.body);
  throw methodNotAllowed(request.method);
}

function sobjects(org: Org, request: RestRequest): RestResponse {
  const [, type, keyOrId, value] = request.path;
  if (type === undefined)
    return ok({ encoding: 'UTF-8', sobjects: org.objects.map((each) => describeBriefly(org, each)) });
  const object = org.object(type);
  if (keyOrId === 'describe') return ok(describeObject(org, object));
  const context = writeContext(org, request);
  if (keyOrId === undefined) {
    if (request.method === 'POST') return createOne(context, object, request.body);
    throw methodNotAllowed(request.method);
  }
  const target = value === undefined ? { field: 'Id', value: keyOrId } : { field: keyOrId, value };
  switch (request.method) {
    case 'GET':
      return readOne(org, object, target, request);
    case 'PATCH':
      return value === undefined
        ? updateOne(context, object, keyOrId, request.body)
        : upsertOne(context, object, target, request.body);
    case 'DELETE':
      return deleteOne(org, object, target);
    default:
      throw methodNotAllowed(request.method);
  }
}

function writeContext(org: Org, { headers, owner }: RestRequest): WriteContext {
  return {
    org,
    owner,
    allowSave: /\ballowSave=true\b/i.test(headers['sforce-duplicate-rule-header'] ?? ''),
    autoAssign: (headers['sforce-auto-assign'] ?? 'TRUE').toUpperCase() !== 'FALSE',
  };
}

function resources(version: string): Record<string, string> {
  const names = ['composite', 'limits', 'query', 'queryAll', 'sobjects'];
  return Object.fromEntries(names.map((name) => [name, `/services/data/${version}/${name}`]));
}

function dailyRequests({ org, used }: RestBackend): { Max: number; Remaining: number } {
  return { Max: org.settings.dailyLimit, Remaining: Math.max(0, org.settings.dailyLimit - used()) };
}

/** Single records call the code `errorCode` where collections say `statusCode`. */
function singleError({ error: { statusCode, ...rest } }: RecordRefused): unknown {
  return { ...rest, errorCode: statusCode };
}

function ok(body: unknown): RestResponse {
  return { status: 200, body };
}
