/** Calls the simulator as any client would, for its own tests. */
import type { HubSpotSimulator } from './hubspot.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface PortalClient {
  get(path: string): Promise<Reply>;
  send(method: string, path: string, body: unknown): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
  /** A batch of contacts, calls or tasks, on the 2026-03 paths. */
  batch(type: string, operation: string, body: unknown): Promise<Reply>;
}

export function portalClient({ url, token }: HubSpotSimulator): PortalClient {
  const send = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  const post = (path: string, body: unknown) => send('POST', path, body);
  return {
    get: (path) => send('GET', path),
    send,
    post,
    batch: (type, operation, body) => post(`/crm/objects/2026-03/${type}/batch/${operation}`, body),
  };
}
