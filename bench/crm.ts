/** The simulated CRMs of the benchmark, and what a writer that handles every event by itself costs on each. */
import { startHubSpot } from '../test/simulators/hubspot/hubspot.ts';
import { startSalesforce } from '../test/simulators/salesforce/salesforce.ts';
import type { BenchEvent } from './events.ts';

export interface BenchCrm {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** The requests that count against the quota so far. */
  requests(): number;
  /** Calls that are written and linked to their person. */
  written(): number;
  /** Writes one event as most integrations do, without keys. */
  writeOne(event: BenchEvent): Promise<void>;
  close(): Promise<void>;
}

/** A request takes this long in the simulated CRM, ms; real ones take 100 to 500. */
export const LATENCY_MS = 50;

export const crms: readonly (() => Promise<BenchCrm>)[] = [hubspot, salesforce];

async function hubspot(): Promise<BenchCrm> {
  const limits = { app: 1e6, associations: 1e6, search: 1e6 };
  const crm = await startHubSpot({ provisioned: true, latencyMs: LATENCY_MS, lagMs: 0, limits });
  const ask = caller(crm.url, crm.token);
  return {
    name: 'HubSpot',
    env: { CRM_CONNECTOR: 'hubspot', HUBSPOT_ACCESS_TOKEN: crm.token, HUBSPOT_API_URL: crm.url },
    requests: () => crm.requests.length,
    written: () => crm.associations().filter(({ from }) => from.type === 'calls').length,
    // Find the contact by phone, create or update it, create the call linked to it.
    async writeOne({ id, campaign_user: { name, contact, status } }) {
      const filters = [{ propertyName: 'phone', operator: 'EQ', value: contact }];
      const search = { filterGroups: [{ filters }], properties: ['phone'], limit: 1 };
      const { results } = await ask('POST', '/crm/v3/objects/contacts/search', search);
      const properties = { firstname: name, phone: contact, altur_status: status };
      const known = results?.[0]?.id;
      const person = known
        ? await ask('PATCH', `/crm/v3/objects/contacts/${known}`, { properties })
        : await ask('POST', '/crm/v3/objects/contacts', { properties, associations: [] });
      const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }];
      await ask('POST', '/crm/v3/objects/calls', {
        properties: { hs_timestamp: new Date().toISOString(), hs_call_title: id },
        associations: [{ to: { id: person.id }, types }],
      });
    },
    close: crm.close,
  };
}

async function salesforce(): Promise<BenchCrm> {
  const crm = await startSalesforce({
    provisioned: true,
    settings: { latencyMs: LATENCY_MS, dailyLimit: 1e9 },
  });
  const { clientId, clientSecret } = crm.settings;
  const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const token = await fetch(`${crm.url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(grant),
  });
  const { access_token: accessToken } = (await token.json()) as { access_token: string };
  const ask = caller(`${crm.url}/services/data/v64.0`, accessToken);
  return {
    name: 'Salesforce',
    env: {
      CRM_CONNECTOR: 'salesforce',
      SALESFORCE_LOGIN_URL: crm.url,
      SALESFORCE_CLIENT_ID: clientId,
      SALESFORCE_CLIENT_SECRET: clientSecret,
    },
    requests: () => crm.apiRequests,
    written: () => crm.records('Task').filter(({ WhoId }) => WhoId).length,
    // Find the contact by phone, create or update it, create the task.
    async writeOne({ id, campaign_user: { name, contact, status } }) {
      const soql = `SELECT Id FROM Contact WHERE Phone = '${contact}' LIMIT 1`;
      const { records } = await ask('GET', `/query?q=${encodeURIComponent(soql)}`);
      const fields = { LastName: name, Phone: contact, Altur_Status__c: status };
      const known = records?.[0]?.Id;
      if (known) await ask('PATCH', `/sobjects/Contact/${known}`, fields);
      const person = known ?? (await ask('POST', '/sobjects/Contact', fields)).id;
      await ask('POST', '/sobjects/Task', { Subject: id, TaskSubtype: 'Call', WhoId: person });
    },
    close: crm.close,
  };
}

interface Answer {
  readonly id?: string;
  readonly results?: readonly { readonly id: string }[];
  readonly records?: readonly { readonly Id: string }[];
}

function caller(base: string, token: string) {
  return async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  };
}
