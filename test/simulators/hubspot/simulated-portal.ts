/** A portal for each test, and the rows that tests write into it. */
import { startEachTest } from '../kit/each-test.ts';
import { type HubSpotOptions, type HubSpotSimulator, startHubSpot } from './hubspot.ts';
import { type PortalClient, portalClient } from './portal-client.ts';

export interface SimulatedPortal {
  readonly sim: HubSpotSimulator;
  readonly client: PortalClient;
}

export function portalEachTest(options: HubSpotOptions = {}): SimulatedPortal {
  const started = startEachTest(() => startHubSpot({ unchecked: 'requests', ...options }));
  return {
    get sim() {
      return started();
    },
    get client() {
      return portalClient(started());
    },
  };
}

/** A row of an upsert by person key. */
export function person(key: string, properties: Readonly<Record<string, string>> = {}) {
  return { id: key, idProperty: 'altur_person_key', properties: { altur_person_key: key, ...properties } };
}

/** The rows with a trace id each, which allows a batch to succeed partly. */
export function traced<Row extends object>(rows: readonly Row[]): (Row & { objectWriteTraceId: string })[] {
  return rows.map((row, index) => ({ ...row, objectWriteTraceId: `trace-${index}` }));
}

export const NOW = '2026-11-24T10:00:00.000Z';
