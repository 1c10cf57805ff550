/**
 * A property is listed a moment after it was created, and may be taken a moment after it is listed. A request that HubSpot
 * rejects because one of our new keys does not exist is sent again until it does; it is idempotent by that key.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CrmObject } from '../connector.ts';
import type { ApiResponse, Transport } from '../engine/http/transport.ts';
import { KEY_PROPERTIES } from './keys.ts';
import { type HubSpotError, readRejection } from './rejections.ts';

const LONGEST_MS = 8_000;
const PAUSE_MS = 300;

/** The transport as it is, unless there are new keys. */
export function waitingForKeys(transport: Transport, newKeys: ReadonlySet<CrmObject> = new Set()): Transport {
  if (newKeys.size === 0) return transport;
  const names = [...newKeys].map((object) => KEY_PROPERTIES[object].name);
  return {
    async send(request, signal) {
      const deadline = Date.now() + LONGEST_MS;
      let response = await transport.send(request, signal);
      while (lacksKey(response, names) && Date.now() < deadline && !signal?.aborted) {
        await delay(PAUSE_MS);
        response = await transport.send(request, signal);
      }
      return response;
    },
  };
}

function lacksKey({ status, body }: ApiResponse, names: readonly string[]): boolean {
  const { errors = [] } = (body ?? {}) as { errors?: readonly HubSpotError[] };
  const rejections = status >= 400 ? [readRejection(body)] : errors.map(readRejection);
  return rejections.some(
    ({ kind, fields }) => kind === 'field-missing' && fields.some((name) => names.includes(name)),
  );
}
