/**
 * A simulated HubSpot portal. It stores records and validates requests as HubSpot's documentation, OpenAPI files and
 * recorded responses describe.
 */
import { exchangeCheck, without } from '../kit/exchange-check.ts';
import { type ScriptedServer, startScriptedServer } from '../kit/scripted-server.ts';
import { ALTUR_PROPERTIES } from './altur-properties.ts';
import type { Association } from './associations.ts';
import { controls } from './controls.ts';
import type { CrmRecord } from './crm-record.ts';
import { Endpoint } from './endpoint.ts';
import { TYPE_NAMES, type TypeName } from './object-type.ts';
import { Portal, type PortalState } from './portal.ts';
import { property } from './property.ts';
import { type Seed, seed } from './seed.ts';
import { type Settings, type SettingsInput, settingsOf } from './settings.ts';

export interface HubSpotOptions extends SettingsInput {
  readonly port?: number;
  /** The portal starts with the properties that `provision` creates. */
  readonly provisioned?: boolean;
  /** What is wrong, or what nobody has documented, on purpose: not compared with HubSpot's files. */
  readonly unchecked?: 'requests' | 'answers';
}

export interface HubSpotSimulator extends ScriptedServer {
  readonly token: string;
  /** May be changed at any time; `limits` is replaced as a whole. */
  readonly settings: Settings;
  contacts(): CrmRecord[];
  calls(): CrmRecord[];
  tasks(): CrmRecord[];
  associations(): Association[];
  /** Adds records that search sees at once; returns their ids in order, contacts first. */
  seed(seed: Seed): string[];
  /** Adds the records and links of an earlier portal, under their ids. */
  restore(state: PortalState): void;
  /** Changes a record, as a user of the portal would. */
  change(type: TypeName, id: string, properties: Readonly<Record<string, string>>): void;
  /** Archives a record, as a user of the portal would. */
  remove(type: TypeName, id: string): boolean;
  /** Two contacts become one with a new id, as a user of the portal would merge them; the first one's values win. */
  merge(primary: string, secondary: string): string;
  /** Adds a property, as an administrator of the portal would. */
  define(type: TypeName, definition: Parameters<typeof property>[0]): void;
  /** Makes all writes visible to search. */
  indexNow(): void;
}

export async function startHubSpot(options: HubSpotOptions = {}): Promise<HubSpotSimulator> {
  const { provisioned = false, port = 0, unchecked, ...given } = options;
  const settings = settingsOf(given);
  const portal = new Portal(settings);
  if (provisioned) provision(portal);
  const endpoint = new Endpoint(portal);
  const check = await exchangeCheck('hubspot');
  const server = await startScriptedServer((request) => endpoint.handle(request), {
    port,
    latencyMs: () => settings.latencyMs,
    controls: controls(portal),
    check: check && without(check, unchecked),
  });
  return {
    ...server,
    settings,
    token: settings.token,
    contacts: () => portal.of('contacts').records.list(),
    calls: () => portal.of('calls').records.list(),
    tasks: () => portal.of('tasks').records.list(),
    associations: () => portal.associations.list(),
    seed: (records) => seed(portal, records),
    restore: (state) => portal.restore(state),
    change: (type, id, properties) => {
      portal.of(type).put(id, properties);
    },
    remove: (type, id) => portal.remove(type, id),
    merge: (primary, secondary) => portal.merge('contacts', primary, secondary),
    define: (type, definition) => portal.of(type).registry.replace(property(definition)),
    indexNow: () => portal.indexNow(),
  };
}

function provision(portal: Portal): void {
  for (const type of TYPE_NAMES) {
    const { registry } = portal.of(type);
    registry.addGroup({ name: 'altur', label: 'Altur' });
    for (const property of ALTUR_PROPERTIES[type]) registry.add(property);
  }
}
