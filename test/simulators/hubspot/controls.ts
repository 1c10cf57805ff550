import type { Control } from '../kit/scripted-server.ts';
import { TYPE_NAMES, type TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { type Seed, seed } from './seed.ts';
import { changeSettings, type SettingsInput } from './settings.ts';

/**
 * How another process drives the simulator: `GET /__state` answers all records and links; `POST /__seed` takes
 * `{"contacts":[{…}]}` and answers ids; `POST /__remove` takes `{"type":"contacts","id":…}`; `POST /__settings`
 * takes any of `Settings`; `POST /__index` makes all writes visible to search.
 */
export function controls(portal: Portal): Record<string, Control> {
  return {
    'GET /__state': () => ({
      ...Object.fromEntries(TYPE_NAMES.map((type) => [type, portal.of(type).records.list()])),
      associations: portal.associations.list(),
    }),
    'POST /__seed': (body) => seed(portal, body as Seed),
    'POST /__remove': (body) => {
      const { type, id } = body as { type: TypeName; id: string };
      return { removed: portal.remove(type, id) };
    },
    'POST /__settings': (body) => changeSettings(portal.settings, body as SettingsInput),
    'POST /__index': () => {
      portal.indexNow();
      return {};
    },
  };
}
