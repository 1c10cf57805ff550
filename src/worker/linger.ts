/**
 * How long a batch that is not full waits to grow while the CRM's day of requests is nearly used up: fewer, fuller
 * batches make the rest last. Longer the less is left; from 98 % on the connector itself waits.
 */

import type { Usage } from '../../connectors/connector.ts';

const DEAR_FROM = 0.9;
const DEAREST_FROM = 0.98;
const SHORTEST_MS = 5_000;
const LONGEST_MS = 30_000;

/** `usage`: of the CRM's daily requests, as last told. Milliseconds. */
export function lingerFor(usage: Usage | undefined): number {
  const share = usage === undefined ? 0 : usage.used / usage.limit;
  if (!(share > DEAR_FROM)) return 0;
  const part = Math.min((share - DEAR_FROM) / (DEAREST_FROM - DEAR_FROM), 1);
  return Math.round(SHORTEST_MS + part * (LONGEST_MS - SHORTEST_MS));
}
