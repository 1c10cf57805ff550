import type { Generation } from './settings.ts';

export interface ApiPath {
  readonly generation: Generation;
  /** Without the version: `/crm/v3/objects/…` and `/crm/objects/2026-03/…` both become `/objects/…`. */
  readonly path: string;
}

const LEGACY = /^\/crm(?:\/v3(\/(?:objects|properties|owners)(?:\/.*)?)|\/v4(\/associations\/.*))$/;
const DATED = /^\/crm(\/(?:objects|properties|owners|associations))\/2026-03(\/.*)?$/;

/** Undefined when the path has no version that HubSpot serves. */
export function apiPathOf(path: string): ApiPath | undefined {
  if (path === '/account-info/v3/details') return { generation: 'legacy', path: '/details' };
  if (path === '/account-info/2026-03/details') return { generation: '2026-03', path: '/details' };
  const legacy = LEGACY.exec(path);
  if (legacy) return { generation: 'legacy', path: legacy[1] ?? legacy[2]! };
  const dated = DATED.exec(path);
  return dated ? { generation: '2026-03', path: `${dated[1]}${dated[2] ?? ''}` } : undefined;
}
