/**
 * How long a batch that is not full waits to grow while the CRM's daily requests are nearly used up: fewer, fuller
 * batches make the rest last. The less is left, the longer it waits; from 98 % on the connector itself waits.
 */
import type { Usage } from '../../connectors/connector.ts';

const LINGER_FROM_SHARE = 0.9;
const LONGEST_FROM_SHARE = 0.98;
const SHORTEST_MS = 5_000;
const LONGEST_MS = 30_000;

/** `usage`: of the CRM's daily requests, as last reported. Milliseconds. */
export function lingerFor(usage: Usage | undefined): number {
  const share = usage === undefined ? 0 : usage.used / usage.limit;
  if (!(share > LINGER_FROM_SHARE)) return 0;
  const part = Math.min((share - LINGER_FROM_SHARE) / (LONGEST_FROM_SHARE - LINGER_FROM_SHARE), 1);
  return Math.round(SHORTEST_MS + part * (LONGEST_MS - SHORTEST_MS));
}
