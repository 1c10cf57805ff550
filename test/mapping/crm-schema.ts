/** A small CRM, as a connector would describe it. */
import { readFileSync } from 'node:fs';
import type { CrmField, CrmSchema } from '../../connectors/connector.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { parseEvent } from '../../src/altur/event.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { applyOverrides } from '../../src/mapping/overrides.ts';

function field(
  name: string,
  type: CrmField['type'] = 'text',
  more: Partial<CrmField> = {},
): [string, CrmField] {
  return [name, { name, label: name, type, createable: true, updateable: true, maxLength: 65_536, ...more }];
}

const options = (...values: string[]) => ({ options: values.map((value) => ({ value, label: value })) });

export const hubspotSchema: CrmSchema = {
  person: new Map([
    ...['firstname', 'lastname', 'phone', 'altur_status', 'altur_tags'].map((name) => field(name)),
    field('altur_last_call_at', 'datetime'),
    field('altur_payment_amount', 'number'),
    field('altur_payment_date', 'date'),
  ]),
  call: new Map([
    ...['hs_call_title', 'hs_call_from_number', 'hs_call_to_number'].map((name) => field(name)),
    field('hs_timestamp', 'datetime'),
    field('hs_call_direction', 'option', options('INBOUND', 'OUTBOUND')),
    field('hs_call_status', 'option', options('COMPLETED', 'BUSY', 'NO_ANSWER', 'FAILED')),
    field('hs_call_duration', 'number'),
    field('hs_call_disposition'),
    field('hubspot_owner_id'),
    field('hs_call_body', 'text', { markup: 'html' }),
  ]),
  task: new Map([
    field('hs_timestamp', 'datetime'),
    ...['hs_task_subject', 'hs_task_status', 'hs_task_type', 'hs_task_priority', 'hubspot_owner_id'].map(
      (name) => field(name),
    ),
    field('hs_task_body', 'text', { markup: 'html' }),
  ]),
};

export const DEFAULTS = loadMapping(
  readFileSync(new URL('../../connectors/hubspot/mapping.yaml', import.meta.url), 'utf8'),
  'mapping.yaml',
);

/** The default HubSpot mapping with these overrides (YAML). */
export function compiled(overrides = '', language: 'en' | 'es' = 'en') {
  const file = applyOverrides(DEFAULTS, loadMapping(overrides, 'overrides.yaml'));
  return compileMapping(file, { defaultCountry: 'MX', timeZone: 'America/Mexico_City', language });
}

export const sample = JSON.parse(
  readFileSync(new URL('../fixtures/on_call_end.json', import.meta.url), 'utf8'),
) as CallEvent;

export function event(fields: object): CallEvent {
  const parsed = parseEvent({ ...sample, ...fields });
  if (parsed.kind !== 'call') throw new Error('no call event');
  return parsed.event;
}
