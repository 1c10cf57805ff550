/**
 * The baseline: what most integrations do for every event. Find the contact by phone, create or update it, create
 * the call linked to it; three requests, no keys.
 */
import { sign } from '../src/altur/signature.ts';

export interface Hub {
  readonly url: string;
  readonly token: string;
}

interface Event {
  readonly id: string;
  readonly campaign_user: { readonly name: string; readonly contact: string; readonly status: string };
}

export async function writeEvent(hub: Hub, event: Event): Promise<void> {
  const { name, contact, status } = event.campaign_user;
  const found = await ask(hub, 'POST', '/crm/v3/objects/contacts/search', {
    filterGroups: [{ filters: [{ propertyName: 'phone', operator: 'EQ', value: contact }] }],
    properties: ['phone'],
    limit: 1,
  });
  const properties = { firstname: name, phone: contact, altur_status: status };
  const known = found.results?.[0]?.id;
  const person = known
    ? await ask(hub, 'PATCH', `/crm/v3/objects/contacts/${known}`, { properties })
    : await ask(hub, 'POST', '/crm/v3/objects/contacts', { properties, associations: [] });
  await ask(hub, 'POST', '/crm/v3/objects/calls', {
    properties: { hs_timestamp: new Date().toISOString(), hs_call_title: event.id },
    associations: [
      {
        to: { id: person.id },
        types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }],
      },
    ],
  });
}

interface Answer {
  readonly id: string;
  readonly results?: readonly { readonly id: string }[];
}

async function ask({ url, token }: Hub, method: string, path: string, body: object): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** So that both sides pay for the same delivery. */
export function signed(event: object, secret: string): { body: string; signature: string } {
  const body = JSON.stringify(event);
  return { body, signature: sign(body, secret, 'hex') };
}
