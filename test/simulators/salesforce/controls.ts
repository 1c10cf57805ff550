import type { Control } from '../kit/scripted-server.ts';
import type { ApiUsage } from './api-usage.ts';
import type { OAuth } from './oauth.ts';
import type { Org } from './org.ts';
import type { RecordFault } from './record-faults.ts';
import { type Seed, seed } from './seed.ts';

/**
 * How another process drives the simulator:
 * `GET /__state` answers all records and the counts; `POST /__seed` takes `{"Contact": [{…}]}` and answers ids;
 * `POST /__settings` takes any of `Settings`; `POST /__record-faults` takes a `RecordFault` or a list;
 * `POST /__expire-tokens`.
 */
export function controls(org: Org, usage: ApiUsage, oauth: OAuth): Record<string, Control> {
  return {
    'GET /__state': () => ({
      apiRequests: usage.used - usage.usedByOthers,
      tokenRequests: oauth.requests,
      mostConcurrent: usage.mostConcurrent,
      autoAssigned: org.autoAssigned,
      records: Object.fromEntries(org.objects.map(({ name }) => [name, org.table(name).live()])),
    }),
    'POST /__seed': (body) => seed(org, body as Seed),
    'POST /__settings': (body) => {
      const unknown = Object.keys(body as object).find((name) => !(name in org.settings));
      if (unknown) throw new Error(`There is no setting ${unknown}`);
      return Object.assign(org.settings, body);
    },
    'POST /__record-faults': (body) => {
      for (const fault of [body].flat()) org.faults.add(fault as RecordFault);
      return {};
    },
    'POST /__expire-tokens': () => {
      oauth.expireTokens();
      return {};
    },
  };
}
