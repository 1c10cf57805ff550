/** Calls the simulator as any client would, for its tests. */
import { jsonClient, type Reply, type Send } from '../kit/json-client.ts';
import type { HubSpotSimulator } from './hubspot.ts';

export interface PortalClient {
  get(path: string): Promise<Reply>;
  send: Send;
  post(path: string, body: unknown): Promise<Reply>;
  /** A batch of contacts, calls or tasks, on the 2026-03 paths. */
  batch(type: string, operation: string, body: unknown): Promise<Reply>;
}

export function portalClient({ url, token }: HubSpotSimulator): PortalClient {
  const send = jsonClient(url, token);
  const post = (path: string, body: unknown) => send('POST', path, body);
  return {
    get: (path) => send('GET', path),
    send,
    post,
    batch: (type, operation, body) => post(`/crm/objects/2026-03/${type}/batch/${operation}`, body),
  };
}
