/** Calls the REST API of the simulator, for its tests. */
import { jsonClient, type Reply, type Send } from '../kit/json-client.ts';

export interface RestClient {
  call: Send;
  create(...records: object[]): Promise<Reply>;
  update(...records: object[]): Promise<Reply>;
  upsert(type: string, key: string, records: readonly object[]): Promise<Reply>;
  query(soql: string): Promise<Reply>;
  composite(subrequests: readonly object[], options?: object): Promise<Reply>;
}

/** Signs in with the simulator's default credentials. */
export async function signedIn(url: string): Promise<RestClient> {
  const grant = { grant_type: 'client_credentials', client_id: 'client-id', client_secret: 'client-secret' };
  const token = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(grant),
  });
  const { access_token } = (await token.json()) as { access_token: string };

  const call = jsonClient(`${url}/services/data/v62.0`, access_token);
  return {
    call,
    create: (...records) => call('POST', '/composite/sobjects', { records: records.map(typed) }),
    update: (...records) => call('PATCH', '/composite/sobjects', { records: records.map(typed) }),
    upsert: (type, key, records) => {
      const body = { records: records.map((record) => typed({ type, ...record })) };
      return call('PATCH', `/composite/sobjects/${type}/${key}`, body);
    },
    query: (soql) => call('GET', `/query?q=${encodeURIComponent(soql)}`),
    composite: (compositeRequest, options = {}) =>
      call('POST', '/composite', { ...options, compositeRequest }),
  };
}

/** The default type is Contact. */
function typed({ type = 'Contact', ...record }: { type?: string }): object {
  return { attributes: { type }, ...record };
}
