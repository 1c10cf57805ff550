import { controlsOf, type WrittenKeys } from '../kit/controls.ts';
import type { Control } from '../kit/scripted-server.ts';
import { TYPE_NAMES, type TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import type { RecordFault } from './record-faults.ts';
import { type Seed, seed } from './seed.ts';
import { changeSettings, type SettingsInput } from './settings.ts';

/**
 * Another process drives the simulator by `GET /__state`, which answers all records and links;
 * `POST /__seed`, which takes `{"contacts":[{…}]}`; `POST /__settings`; `POST /__index`, which makes all writes
 * visible to search; `POST /__remove`, which takes `{"type":"contacts","id":…}` and answers what was linked to it;
 * `POST /__merge`, which takes `{"primary":…,"secondary":…}`, ids of contacts; `POST /__record-faults`, which takes a
 * `RecordFault` or a list; `POST /__clear-record-faults`; `GET /__written` and `GET /__counts`, which answer keys and how
 * many.
 */
export function controls(portal: Portal): Record<string, Control> {
  return {
    ...controlsOf({
      state: () => ({
        ...Object.fromEntries(TYPE_NAMES.map((type) => [type, portal.of(type).records.list()])),
        associations: portal.associations.list(),
      }),
      written: () => writtenKeys(portal),
      counts: () => ({ calls: portal.of('calls').records.size, people: portal.of('contacts').records.size }),
      seed: (body) => seed(portal, body as Seed),
      changeSettings: (body) => changeSettings(portal.settings, body as SettingsInput),
      commands: {
        index: () => portal.indexNow(),
        'record-faults': (body) => {
          for (const fault of [body].flat())
            for (const type of TYPE_NAMES) portal.of(type).faults.add(fault as RecordFault);
        },
        'clear-record-faults': () => {
          for (const type of TYPE_NAMES) portal.of(type).faults.clear();
        },
      },
    }),
    'POST /__remove': (body) => {
      const { type, id } = body as { type: TypeName; id: string };
      const linked = TYPE_NAMES.flatMap((other) => portal.associations.of({ type, id }, other));
      return { removed: portal.remove(type, id), linked };
    },
    'POST /__merge': (body) => {
      const { primary, secondary } = body as { primary: string; secondary: string };
      return { id: portal.merge('contacts', primary, secondary) };
    },
  };
}

function writtenKeys(portal: Portal): WrittenKeys {
  const calls = portal.of('calls').records.list();
  const contactsOf = (id: string) => portal.associations.of({ type: 'calls', id }, 'contacts');
  return {
    calls: calls.map(({ properties }) => properties.altur_call_id ?? ''),
    people: portal
      .of('contacts')
      .records.list()
      .map(({ properties }) => properties.altur_person_key ?? ''),
    linkedCalls: calls.filter(({ id }) => contactsOf(id).length === 1).length,
  };
}
