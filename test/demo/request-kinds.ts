/** What a request to a simulated CRM is for, as the demo counts them. */
import type { LoggedRequest } from '../simulators/kit/request-log.ts';

export const HUBSPOT_KINDS = [
  'read fields and account',
  'look up people',
  'write contacts',
  'write calls',
  'link calls to contacts',
];

/** The first that matches: the path of an association names the objects too. */
const HUBSPOT_PATHS: readonly (readonly [RegExp, string])[] = [
  [/^\/crm\/associations\//, 'link calls to contacts'],
  [/^\/(crm\/properties|account-info)\//, 'read fields and account'],
  [/\/contacts\/(search|batch\/read)$/, 'look up people'],
  [/\/contacts\/batch\/(upsert|create|update)$/, 'write contacts'],
  [/\/calls\/batch\/(upsert|create|update)$/, 'write calls'],
];

export function hubspotKind({ method, path }: LoggedRequest): string {
  return HUBSPOT_PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? `${method} ${path}`;
}

export const SALESFORCE_KINDS = ['read fields and account', 'look up people', 'write contacts and calls'];

/** Nearly every request of the service is a composite one: what it holds says what it is for. */
export function salesforceKind({ method, path, body }: LoggedRequest): string {
  const parts = (body as { compositeRequest?: readonly { method: string; url: string }[] })?.compositeRequest;
  if (!parts) return `${method} ${path}`;
  if (parts.some((part) => part.method !== 'GET')) return 'write contacts and calls';
  const isLookUp = parts.every(({ url }) => /\/query\?q=.*FROM%20(Contact|Lead|Task)%20/.test(url));
  return isLookUp ? 'look up people' : 'read fields and account';
}
