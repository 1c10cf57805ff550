/** The body of a call that is longer than the CRM's field: text properties of HubSpot hold 65,536 characters. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { standardSchema } from '../../connectors/salesforce/standard-schema.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { compiled, event, hubspotSchema } from './crm-schema.ts';

const MAX = 65_536;
/** Half a pair, or half an entity. */
const BROKEN =
  /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|&(?!(?:amp|lt|gt|quot|#39);)/;

interface Parts {
  readonly turns?: readonly string[];
  readonly data?: object;
  readonly tags?: readonly string[];
}

const called = ({ turns = ['Sí'], data = { 'Payment Amount': '500' }, tags = ['payment_promise'] }: Parts) =>
  event({
    id: 'cll_LONG',
    duration: 11,
    recording_url: 'https://api.altur.io/recording',
    transcript: turns.map((content) => ({ sent_by: 'user', content })),
    campaign_user: { f_id: 'x', name: 'Ana', status: 'answered', extracted_data: data, tags },
  });

function hubspotBody(parts: Parts, language: 'en' | 'es' = 'en'): string {
  const { call } = compiled('', language).toRecord(called(parts), hubspotSchema, 1);
  const body = String(call!.fields.find(({ field }) => field === 'hs_call_body')?.value);
  expect(body.length).toBeLessThanOrEqual(MAX);
  expect(body).not.toMatch(BROKEN);
  return body;
}

const SALESFORCE = loadMapping(
  readFileSync(new URL('../../connectors/salesforce/mapping.yaml', import.meta.url), 'utf8'),
  'mapping.yaml',
);

function salesforceDescription(parts: Parts, overrides: object = {}): string {
  const file = { ...SALESFORCE, call: { ...SALESFORCE.call, ...overrides } };
  const mapping = compileMapping(file, { defaultCountry: 'MX', timeZone: 'UTC', language: 'en' });
  const { call } = mapping.toRecord(called(parts), standardSchema({}), 1);
  return String(call!.fields.find(({ field }) => field === 'Description')?.value);
}

const KEY_LINES = [
  'Outcome: Connected',
  'Status: answered',
  'Tags: payment_promise',
  'Payment Amount: 500',
  'Duration: 11 s',
  'Call id: cll_LONG',
  'Recording (needs the Altur API key): https://api.altur.io/recording',
];
const expectKeyLines = (body: string, separator: string) =>
  expect(body.split(separator)).toEqual(expect.arrayContaining(KEY_LINES));

const talk = (count: number) => Array.from({ length: count }, (_, index) => `turno ${index}, de acuerdo`);

describe('the body of a HubSpot call', () => {
  test.each([
    ['one turn of 65,500 characters', { turns: ['x'.repeat(65_500)] }],
    ['one turn of 100,000 characters', { turns: ['x'.repeat(100_000)] }],
    ['one turn of a million', { turns: ['x'.repeat(1_000_000)] }],
    ['14,000 ampersands, 70,000 characters once escaped', { turns: ['&'.repeat(14_000)] }],
    ['emoji and quotes', { turns: [`${'😀"'.repeat(20_000)}`] }],
    ['two long turns', { turns: ['x'.repeat(70_000), 'y'.repeat(70_000)] }],
    ['a long turn between others', { turns: [...talk(60), 'x'.repeat(69_000), ...talk(60)] }],
    ['300 turns and a long one', { turns: [...talk(300), 'x'.repeat(69_000)] }],
    ['5,000 turns', { turns: talk(5_000) }],
    ['5,000 turns and a long one', { turns: [...talk(2_500), 'x'.repeat(69_000), ...talk(2_500)] }],
    ['300 turns of 1,000', { turns: Array.from({ length: 300 }, () => 'y'.repeat(1_000)) }],
  ])('with %s keeps what must be there, and is at least 50,000 long', (_, parts) => {
    const body = hubspotBody(parts);
    expectKeyLines(body, '<br>');
    expect(body.length).toBeGreaterThanOrEqual(50_000);
  });

  test('says how much of a long line is omitted, in either language', () => {
    const turns = ['x'.repeat(70_000)];
    expect(hubspotBody({ turns })).toMatch(/x\[… \d+ characters omitted …\]x/);
    expect(hubspotBody({ turns }, 'es')).toMatch(/x\[… \d+ caracteres omitidos …\]x/);
  });

  test('keeps a normal conversation beside a long turn, word by word', () => {
    const turns = talk(60);
    const body = hubspotBody({ turns: [...turns, 'x'.repeat(69_000)] });
    for (const turn of turns) expect(body.split('<br>')).toContain(`Ana: ${turn}`);
    expect(body.length).toBeGreaterThanOrEqual(50_000);
  });

  test('keeps the other values and the transcript beside a long extracted value', () => {
    const turns = talk(60);
    for (const long of ['n'.repeat(70_000), 'n\n'.repeat(70_000), '<n>'.repeat(30_000)]) {
      const body = hubspotBody({ data: { Notas: long, 'Payment Amount': '500' }, turns });
      expectKeyLines(body, '<br>');
      for (const turn of turns) expect(body.split('<br>')).toContain(`Ana: ${turn}`);
      expect(body).toContain('Notas: ');
      expect(body.length).toBeGreaterThanOrEqual(50_000);
    }
  });

  test('keeps every extracted value, shortened, beside a long transcript', () => {
    const many = Array.from({ length: 150 }, (_, index) => [`Clave ${index}`, 'valor '.repeat(100)]);
    const data = { ...Object.fromEntries(many), 'Payment Amount': '500' };
    const body = hubspotBody({ data, turns: talk(5_000) });
    expectKeyLines(body, '<br>');
    for (const [key] of many) expect(body).toContain(`<br>${key}: valor`);
    expect(body).toContain('turno 0,');
  });

  test('keeps its own lines and a part of the transcript beside 5,000 extracted values', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => [`Clave ${index}`, 'valor '.repeat(10)]);
    const body = hubspotBody({ data: Object.fromEntries(many), turns: talk(500) });
    for (const line of KEY_LINES.filter((each) => !each.startsWith('Payment'))) expect(body).toContain(line);
    expect(body).toContain('Clave 0: valor');
    expect(body).toContain('turno 0,');
    expect(body).toContain('turno 499,');
  });

  test('keeps its own lines beside a list of tags without end', () => {
    const body = hubspotBody({ tags: Array.from({ length: 9_000 }, (_, index) => `etiqueta_${index}`) });
    expect(body).toContain('Tags: etiqueta_0');
    for (const line of KEY_LINES.filter((each) => !each.startsWith('Tags'))) expect(body).toContain(line);
    expect(body).toContain('Ana: Sí');
  });
});

describe('the description of a Salesforce task', () => {
  const counted = (text: string) => text.length + (text.match(/\n/g)?.length ?? 0);

  test.each([
    ['700 lines', Array.from({ length: 700 }, () => 'sí, de acuerdo, le escucho bien, gracias a usted')],
    // Only its line breaks are too much.
    ['short lines', Array.from({ length: 3_000 }, () => 'sí')],
    ['one line', ['x'.repeat(100_000)]],
  ])('of %s fits with each line break counted as two characters', (_, turns) => {
    const text = salesforceDescription({ turns });
    expect(counted(text)).toBeLessThanOrEqual(32_000);
    expect(text.length).toBeGreaterThan(20_000);
    expectKeyLines(text, '\n');
    expect(text.split('\n').at(-1)).toMatch(/^Ana: /);
  });

  test('fits without a template too', () => {
    const turns = Array.from({ length: 5_000 }, () => 'sí');
    for (const rule of [{ from: 'call.transcript' }, { constant: 'a\n'.repeat(20_000) }]) {
      const text = salesforceDescription({ turns }, { Description: rule });
      expect(counted(text)).toBeLessThanOrEqual(32_000);
      expect(counted(text)).toBeGreaterThan(31_000);
    }
  });
});

test('whatever was said, the body fits, is well-formed, and has what must be there', () => {
  const piece = fc.constantFrom('a', 'é', '😀', '&', '<', '"', ' ', '\n', '\u2028', '\ud83d', '\u0000');
  const long = fc
    .tuple(fc.string({ unit: piece, minLength: 1, maxLength: 12 }), fc.nat({ max: 20_000 }))
    .map(([text, times]) => text.repeat(times));
  const any = fc.oneof(fc.string({ unit: piece, maxLength: 80 }), long);
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), fc.array(any, { maxLength: 3 }), (turns, values) => {
      const data = Object.fromEntries(values.map((value, index) => [`Nota ${index}`, value]));
      const parts = { turns, data: { ...data, 'Payment Amount': '500' } };
      const body = hubspotBody(parts);
      expectKeyLines(body, '<br>');
      expect(body).not.toContain('\0');
      const description = salesforceDescription(parts);
      expectKeyLines(description, '\n');
      expect(description.length + description.split('\n').length - 1).toBeLessThanOrEqual(32_000);
    }),
    { numRuns: 40 },
  );
});
