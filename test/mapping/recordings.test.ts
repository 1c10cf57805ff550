/** Where the link to a recording goes, and what stands there without one. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { CallRecord, CrmField, CrmSchema } from '../../connectors/connector.ts';
import { standardSchema } from '../../connectors/salesforce/standard-schema.ts';
import { mappingSettings } from '../../src/config/effective-mapping.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { applyOverrides } from '../../src/mapping/overrides.ts';
import { event, DEFAULTS as HUBSPOT, hubspotSchema } from './crm-schema.ts';

const ID = 'cll_gBoLtd02pUI50QwXkFjB';
const ALTUR_URL = `https://api.altur.io/api/v1.0/call/${ID}/recording`;
const SALESFORCE = loadMapping(
  readFileSync(new URL('../../connectors/salesforce/mapping.yaml', import.meta.url), 'utf8'),
  'mapping.yaml',
);
const PUBLIC_URL = 'https://calls.example.com';

interface Given {
  readonly publicUrl?: string;
  readonly ttlMs?: number;
  readonly language?: 'en' | 'es';
  readonly overrides?: string;
  readonly crm?: 'hubspot' | 'salesforce';
  readonly schema?: CrmSchema;
  readonly call?: object;
}

function record({ crm = 'hubspot', overrides = '', call = {}, ...given }: Given): CallRecord {
  const { publicUrl, ttlMs, language = 'en' } = given;
  const defaults = crm === 'hubspot' ? HUBSPOT : SALESFORCE;
  const secrets = ['a secret of this test'];
  const mapping = compileMapping(
    applyOverrides(defaults, loadMapping(overrides, 'overrides.yaml')),
    mappingSettings({
      defaultCountry: 'MX',
      timeZone: 'UTC',
      language,
      recordings:
        publicUrl === undefined
          ? undefined
          : { publicUrl, secrets, isDerived: false, ...(ttlMs && { ttlMs }) },
    }),
  );
  const schema = given.schema ?? (crm === 'hubspot' ? withRecordingUrl() : standardSchema({}));
  return mapping.toRecord(event({ id: ID, recording_url: ALTUR_URL, ...call }), schema, 1);
}

function withRecordingUrl(more: readonly CrmField[] = []): CrmSchema {
  const url: CrmField = { ...hubspotSchema.call.get('hs_call_title')!, name: 'hs_call_recording_url' };
  return {
    ...hubspotSchema,
    call: new Map([...hubspotSchema.call, ...[url, ...more].map((each) => [each.name, each] as const)]),
  };
}

const written = ({ call }: CallRecord, name: string) => call!.fields.find(({ field }) => field === name);
const fieldOf = (given: Given, name: string) => written(record(given), name)?.value;
const linesOf = (given: Given, name: string) => String(fieldOf(given, name)).split(/<br>|\n/);
const LINK = new RegExp(`^${PUBLIC_URL}/recordings/${ID}\\?k=[\\w-]{6}&s=[\\w-]{43}$`);
const linkOf = (given: Given) =>
  String(fieldOf({ publicUrl: PUBLIC_URL, ...given }, 'hs_call_recording_url'));

describe('with PUBLIC_URL and ALTUR_API_KEY', () => {
  test('HubSpot’s recording URL is the signed link, and the body has it to be clicked', () => {
    const link = linkOf({});
    expect(link).toMatch(LINK);
    const escaped = link.replace('&', '&amp;');
    const lines = linesOf({ publicUrl: PUBLIC_URL }, 'hs_call_body');
    expect(lines).toContain(`Recording: <a href="${escaped}">${escaped}</a>`);
    expect(lines.join()).not.toContain('api.altur.io');
    expect(linesOf({ publicUrl: PUBLIC_URL, language: 'es' }, 'hs_call_body')).toContain(
      `Grabación: <a href="${escaped}">${escaped}</a>`,
    );
  });

  test('HubSpot’s recording URL stays empty, without a skipped field, where the link is http', () => {
    const given = { publicUrl: 'http://10.0.0.5:3000' };
    const { skippedFields } = record(given);
    expect(skippedFields).toEqual([]);
    expect(fieldOf(given, 'hs_call_recording_url')).toBeUndefined();
    expect(linesOf(given, 'hs_call_body').join()).toContain('Recording: <a href="http://10.0.0.5:3000/rec');
  });

  test('hs_call_source is left alone', () => {
    expect(fieldOf({ publicUrl: PUBLIC_URL }, 'hs_call_source')).toBeUndefined();
  });

  test('Salesforce’s Description has the link as text, in both languages', () => {
    const given = { crm: 'salesforce', publicUrl: PUBLIC_URL } as const;
    expect(linesOf(given, 'Description')).toContain(`Recording: ${linkOf({})}`);
    expect(linesOf({ ...given, language: 'es' }, 'Description')).toContain(`Grabación: ${linkOf({})}`);
  });

  test('a call without a recording has no link', () => {
    const given = { publicUrl: PUBLIC_URL, call: { recording_url: undefined } };
    expect(fieldOf(given, 'hs_call_recording_url')).toBeUndefined();
    expect(linesOf(given, 'hs_call_body').join()).not.toContain('Recording');
  });

  test('a link that expires says when', () => {
    expect(linkOf({ ttlMs: 90 * 86_400_000 })).toMatch(/\?k=[\w-]{6}&e=\d{10}&s=[\w-]{43}$/);
  });

  test('a mapping of one’s own that names recording_url goes on meaning Altur’s', () => {
    const overrides = 'call: { hs_call_recording_url: recording_url }';
    expect(linkOf({ overrides })).toBe(ALTUR_URL);
  });
});

test('without them Altur’s URL is written as text, and says what it needs', () => {
  expect(fieldOf({}, 'hs_call_recording_url')).toBeUndefined();
  expect(linesOf({}, 'hs_call_body')).toContain(`Recording (needs the Altur API key): ${ALTUR_URL}`);
  expect(linesOf({ crm: 'salesforce', language: 'es' }, 'Description')).toContain(
    `Grabación (requiere la clave de API de Altur): ${ALTUR_URL}`,
  );
});

describe('a link is never cut', () => {
  test('it fits a URL field of Salesforce, which holds 255 characters, with an expiry too', () => {
    const field = { ...standardSchema({}).call.get('Subject')!, name: 'Recording__c', maxLength: 255 };
    const schema = { ...standardSchema({}), call: new Map([['Recording__c', field]]) };
    const overrides = 'call: { Recording__c: call.recording_link }';
    const publicUrl = 'https://altur-integration.contact-centre.example.com.mx/crm/sync';
    const given = { crm: 'salesforce', schema, overrides, publicUrl, ttlMs: 1 } as const;
    expect(String(fieldOf(given, 'Recording__c'))).toMatch(/&s=[\w-]{43}$/);
  });

  test('a field that is too short for it is skipped, and says so', () => {
    const short = { ...hubspotSchema.call.get('hs_call_title')!, name: 'short', maxLength: 60 };
    const given = {
      publicUrl: PUBLIC_URL,
      schema: withRecordingUrl([short]),
      overrides: 'call: { short: call.recording_link }',
    };
    expect(fieldOf(given, 'short')).toBeUndefined();
    expect(record(given).skippedFields).toMatchObject([{ field: 'short', code: 'VALUE_TOO_LONG' }]);
  });

  test.each([
    ['a transcript without end', { transcript: [{ sent_by: 'user', content: 'x'.repeat(200_000) }] }],
    [
      'tags without end',
      {
        campaign_user: { tags: Array.from({ length: 20_000 }, (_, index) => `etiqueta_${index}`) },
      },
    ],
    [
      '20,000 extracted values',
      {
        campaign_user: {
          extracted_data: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`Clave ${n}`, 'v'])),
        },
      },
    ],
  ])('beside %s', (_, call) => {
    const given = { publicUrl: PUBLIC_URL, call };
    const escaped = linkOf({}).replace('&', '&amp;');
    const body = String(fieldOf(given, 'hs_call_body'));
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body.split('<br>')).toContain(`Recording: <a href="${escaped}">${escaped}</a>`);
    expect(linesOf({ ...given, crm: 'salesforce' }, 'Description')).toContain(`Recording: ${linkOf({})}`);
  });

  test('in a text with hardly any room it is whole or absent', () => {
    const link = linkOf({});
    const template = '"{{customer.name}} was called\\n{{call.transcript}}\\nListen: {{call.recording_link}}"';
    for (let maxLength = 1; maxLength < 400; maxLength += 1) {
      const note = { ...hubspotSchema.call.get('hs_call_title')!, name: 'note', maxLength };
      const overrides = `call: { note: { template: ${template} } }`;
      const given = { publicUrl: PUBLIC_URL, schema: withRecordingUrl([note]), overrides };
      const text = String(fieldOf(given, 'note'));
      expect(text.length).toBeLessThanOrEqual(maxLength);
      if (maxLength >= `Listen: ${link}`.length) expect(text).toContain(link);
      else expect(text).not.toContain('http');
    }
  });
});

describe('in a call that keeps its fields', () => {
  test('the field of the link is written, and no other', () => {
    const fields = record({ publicUrl: PUBLIC_URL }).call!.fields.filter(({ evenIfKept }) => evenIfKept);
    expect(fields.map(({ field }) => field)).toEqual(['hs_call_recording_url']);
    expect(record({}).call!.fields.some(({ evenIfKept }) => evenIfKept)).toBe(false);
  });

  test('the line of the link is written again in the body', () => {
    const [renewed, ...others] = record({ publicUrl: PUBLIC_URL }).call!.renewedLines!;
    expect(others).toEqual([]);
    expect(renewed).toMatchObject({
      field: 'hs_call_body',
      line: expect.stringMatching(/^Recording: <a href=/),
    });
    const before = linesOf({}, 'hs_call_body').filter((line) =>
      renewed!.marks.some((mark) => line.includes(mark)),
    );
    expect(before).toEqual([`Recording (needs the Altur API key): ${ALTUR_URL}`]);
    expect(record({}).call!.renewedLines).toBeUndefined();
  });

  test('a line that holds something else of the call beside the link stays', () => {
    const template = '"{{call.transcript}} {{call.recording_link}}"';
    const overrides = `call: { hs_call_body: { template: ${template} } }`;
    expect(record({ publicUrl: PUBLIC_URL, overrides }).call!.renewedLines).toBeUndefined();
  });

  test('a default for calls without a recording does not replace what is there', () => {
    const overrides = 'call: { hs_call_title: { from: call.recording_link, default: none } }';
    const title = written(
      record({ publicUrl: PUBLIC_URL, overrides, call: { recording_url: null } }),
      'hs_call_title',
    );
    expect(title).toEqual({ field: 'hs_call_title', value: 'none', when: 'always' });
  });
});
