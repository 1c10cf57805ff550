import { controlsOf, type WrittenKeys } from '../kit/controls.ts';
import type { Control } from '../kit/scripted-server.ts';
import type { ApiUsage } from './api-usage.ts';
import type { OAuth } from './oauth.ts';
import type { Org } from './org.ts';
import type { RecordFault } from './record-faults.ts';
import { merge, type Seed, seed } from './seed.ts';
import { changeSettings } from './settings.ts';

/**
 * Another process drives the simulator by `GET /__state`, which answers all records and the counts;
 * `GET /__written` and `GET /__counts`, which answer keys and how many;
 * `POST /__seed`, which takes `{"Contact": [{…}]}`; `POST /__settings`; `POST /__record-faults`, which takes a
 * `RecordFault` or a list; `POST /__clear-record-faults`; `POST /__expire-tokens`; `POST /__remove`, which takes
 * `{"object":"Contact","id":…}`; `POST /__merge`, which takes `{"object":"Contact","id":…,"intoId":…}`.
 */
export function controls(org: Org, usage: ApiUsage, oauth: OAuth): Record<string, Control> {
  return controlsOf({
    state: () => ({
      apiRequests: usage.used - usage.usedByOthers,
      tokenRequests: oauth.requests,
      mostConcurrent: usage.mostConcurrent,
      autoAssigned: org.autoAssigned,
      records: Object.fromEntries(org.objects.map(({ name }) => [name, org.table(name).list()])),
    }),
    written: () => writtenKeys(org),
    counts: () => ({ calls: org.table('Task').size, people: org.table('Contact').size }),
    seed: (body) => seed(org, body as Seed),
    changeSettings: (body) => changeSettings(org.settings, body as object),
    commands: {
      'record-faults': (body) => {
        for (const fault of [body].flat()) org.faults.add(fault as RecordFault);
      },
      'clear-record-faults': () => org.faults.clear(),
      'expire-tokens': () => oauth.expireTokens(),
      remove: (body) => {
        const { object, id } = body as { object: string; id: string };
        org.remove(object, org.table(object).get(id)!);
      },
      merge: (body) => {
        const { object, id, intoId } = body as { object: string; id: string; intoId: string };
        merge(org, object, id, intoId);
      },
    },
  });
}

function writtenKeys(org: Org): WrittenKeys {
  const tasks = org.table('Task').list();
  const isContact = (id: unknown) => typeof id === 'string' && org.table('Contact').get(id) !== undefined;
  return {
    calls: tasks.map(({ Altur_Call_Id__c: key }) => String(key ?? '')),
    people: org
      .table('Contact')
      .list()
      .map(({ Altur_Person_Key__c: key }) => String(key ?? '')),
    linkedCalls: tasks.filter(({ WhoId }) => isContact(WhoId)).length,
  };
}
