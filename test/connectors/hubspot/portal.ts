/** A connector on a simulated portal, as the tests of this folder use it. */
import type { CallRecord, Connector, ConnectorContext, Outcome } from '../../../connectors/connector.ts';
import { definition } from '../../../connectors/hubspot/index.ts';
import { recordingLog } from '../../recording-log.ts';
import {
  type HubSpotOptions,
  type HubSpotSimulator,
  startHubSpot,
} from '../../simulators/hubspot/hubspot.ts';
import type { HttpRequest, HttpResponse } from '../../simulators/kit/http-message.ts';
import { startScriptedServer } from '../../simulators/kit/scripted-server.ts';
import { type MapCache, mapCache, mapLastWrites, POLICY } from '../fixtures.ts';

export interface TestPortal {
  readonly hubspot: HubSpotSimulator;
  readonly connector: Connector;
  readonly personCache: MapCache;
  readonly log: ReturnType<typeof recordingLog>;
  sync(records: readonly CallRecord[], signal?: AbortSignal): Promise<readonly Outcome[]>;
  /** The requests since the last time, without the reading of properties: `POST contacts/batch/upsert`. */
  asked(): string[];
  close(): Promise<void>;
}

export interface TestPortalOptions extends HubSpotOptions {
  readonly context?: Partial<ConnectorContext>;
  /** Instead of the simulator's own. */
  readonly accessToken?: string;
  /** Stands before HubSpot and may answer for it. */
  readonly gateway?: (request: HttpRequest) => HttpResponse | undefined;
}

export async function startPortal(options: TestPortalOptions = {}): Promise<TestPortal> {
  const { context, accessToken, gateway, ...simulator } = options;
  const hubspot = await startHubSpot({ provisioned: true, ...simulator });
  const front =
    gateway && (await startScriptedServer((request) => gateway(request) ?? forward(hubspot.url, request)));
  const personCache = mapCache();
  const log = recordingLog();
  const settings = definition.settings.parse({
    HUBSPOT_ACCESS_TOKEN: accessToken ?? hubspot.token,
    HUBSPOT_API_URL: front?.url ?? hubspot.url,
  });
  const connector = definition.create(settings, {
    policy: POLICY,
    personCache,
    lastWrites: mapLastWrites(),
    log,
    timeZone: 'America/Mexico_City',
    objects: ['person', 'call', 'task'],
    ...context,
  });
  let seen = 0;
  return {
    hubspot,
    connector,
    personCache,
    log,
    sync: (records, signal = new AbortController().signal) => connector.sync(records, signal),
    asked() {
      const fresh = hubspot.requests.slice(seen);
      seen = hubspot.requests.length;
      return fresh
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path }) => `${method} ${brief(path)}`);
    },
    async close() {
      await connector.close();
      await front?.close();
      await hubspot.close();
    },
  };
}

async function forward(to: string, { method, url, headers, body }: HttpRequest): Promise<HttpResponse> {
  const { authorization = '' } = headers;
  const init = { method, headers: { authorization, 'content-type': 'application/json' } };
  const response = await fetch(to + url, method === 'GET' ? init : { ...init, body });
  return { status: response.status, headers: {}, body: await response.text() };
}

/** `/crm/objects/2026-03/contacts/batch/upsert` without what all paths share. */
function brief(path: string): string {
  return path.replace(/^\/crm\/(objects|associations|properties)\/2026-03\//, '');
}

export function statuses(outcomes: readonly Outcome[]): string[] {
  return [...new Set(outcomes.map(({ status }) => status))];
}
