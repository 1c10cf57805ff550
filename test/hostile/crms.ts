/** Both simulated CRMs, and what a call has become in them. */
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { startSalesforce } from '../simulators/salesforce/salesforce.ts';

export interface WrittenCall {
  /** The whole name, and each part of it: Salesforce requires a last name, and takes a whole one for it. */
  readonly names: readonly string[];
  readonly status: string;
  readonly tags: string;
  readonly phone: string;
  readonly personKey: string;
  /** As a person reads it. */
  readonly body: string;
  /** What in the body the CRM would take for HTML, line breaks aside. */
  readonly markup: readonly string[];
  readonly recordingUrl: string;
}

export interface HostileCrm {
  readonly env: Record<string, string>;
  /** Of the person. */
  readonly fields: { readonly tags: string; readonly phone: string };
  callIds(): string[];
  written(callId: string): WrittenCall;
  close(): Promise<void>;
}

type Values = Readonly<Record<string, unknown>>;
const text = (value: unknown) => (value === undefined || value === null ? '' : String(value));
const namesOf = (...parts: unknown[]) => [parts.map(text).join(' '), ...parts.map(text)];
/** The only tag that the mapping of these tests makes. */
const withoutBreaks = (html: string) => html.replaceAll('<br>', '\n');
const tagsIn = (html: string) => withoutBreaks(html).match(/<[^>]*>?|>/g) ?? [];

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

function textOf(html: string): string {
  return withoutBreaks(html).replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name]!);
}

/** Exactly one. */
function one<T>(found: readonly T[], what: string): T {
  if (found.length !== 1) throw new Error(`${found.length} ${what}`);
  return found[0]!;
}

async function hubspot(): Promise<HostileCrm> {
  const crm = await startHubSpot({
    provisioned: true,
    limits: { app: 10_000, associations: 10_000, search: 1_000 },
  });
  return {
    env: { CRM_CONNECTOR: 'hubspot', HUBSPOT_ACCESS_TOKEN: crm.token, HUBSPOT_API_URL: crm.url },
    fields: { tags: 'altur_tags', phone: 'phone' },
    callIds: () => crm.calls().map(({ properties }) => text(properties.altur_call_id)),
    written(callId) {
      const call = one(
        crm.calls().filter(({ properties }) => properties.altur_call_id === callId),
        `calls ${callId}`,
      );
      const link = one(
        crm.associations().filter(({ from }) => from.type === 'calls' && from.id === call.id),
        'links',
      );
      const person: Values = one(
        crm.contacts().filter(({ id }) => id === link.to.id),
        'contacts',
      ).properties;
      const html = text(call.properties.hs_call_body);
      return {
        names: namesOf(person.firstname, person.lastname),
        status: text(person.altur_status),
        tags: text(person.altur_tags),
        phone: text(person.phone),
        personKey: text(person.altur_person_key),
        body: textOf(html),
        markup: tagsIn(html),
        recordingUrl: text(call.properties.hs_call_recording_url),
      };
    },
    close: () => crm.close(),
  };
}

async function salesforce(): Promise<HostileCrm> {
  const crm = await startSalesforce({ provisioned: true });
  return {
    env: {
      CRM_CONNECTOR: 'salesforce',
      SALESFORCE_LOGIN_URL: crm.url,
      SALESFORCE_CLIENT_ID: 'client-id',
      SALESFORCE_CLIENT_SECRET: 'client-secret',
    },
    fields: { tags: 'Altur_Tags__c', phone: 'Phone' },
    callIds: () => crm.records('Task').map((task) => text(task.Altur_Call_Id__c)),
    written(callId) {
      const task = one(
        crm.records('Task').filter((each) => each.Altur_Call_Id__c === callId),
        `tasks ${callId}`,
      );
      const person = one(
        crm.records('Contact').filter(({ Id }) => Id === task.WhoId),
        'contacts',
      );
      return {
        names: namesOf(person.FirstName, person.LastName),
        status: text(person.Altur_Status__c),
        tags: text(person.Altur_Tags__c),
        phone: text(person.Phone),
        personKey: text(person.Altur_Person_Key__c),
        body: text(task.Description),
        // Plain text: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm
        markup: [],
        recordingUrl: '',
      };
    },
    close: () => crm.close(),
  };
}

export const CRMS: readonly (readonly [string, () => Promise<HostileCrm>])[] = [
  ['HubSpot', hubspot],
  ['Salesforce', salesforce],
];
