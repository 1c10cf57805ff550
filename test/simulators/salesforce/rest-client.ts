/** The plainest client there is of the REST API, for tests that look at single answers. */
export interface RestClient {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RestAnswer>;
  create(...records: object[]): Promise<RestAnswer>;
  update(...records: object[]): Promise<RestAnswer>;
  upsert(type: string, key: string, records: readonly object[]): Promise<RestAnswer>;
  query(soql: string): Promise<RestAnswer>;
  composite(subrequests: readonly object[], options?: object): Promise<RestAnswer>;
}

export interface RestAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every shape
  readonly body: any;
  readonly headers: Headers;
}

/** Signs in with the simulator's default credentials. */
export async function signedIn(url: string): Promise<RestClient> {
  const grant = { grant_type: 'client_credentials', client_id: 'client-id', client_secret: 'client-secret' };
  const token = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(grant),
  });
  const { access_token } = (await token.json()) as { access_token: string };

  const call: RestClient['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/services/data/v62.0${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${access_token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), headers: response.headers };
  };
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

/** Records are contacts unless they say otherwise. */
function typed({ type = 'Contact', ...record }: { type?: string }): object {
  return { attributes: { type }, ...record };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
