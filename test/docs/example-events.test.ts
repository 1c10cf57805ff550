/** The events in examples/events, which users send first. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseEvent } from '../../src/altur/event.ts';
import { loadConfig } from '../../src/config/config.ts';
import { Previewer } from '../../src/preview/preview.ts';
import { recordingLog } from '../recording-log.ts';

const folder = new URL('../../examples/events/', import.meta.url);
const files = readdirSync(folder).toSorted();
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const eventOf = (file: string) => {
  const parsed = parseEvent(JSON.parse(textOf(file)));
  if (parsed.kind !== 'call') throw new Error(`${file} holds no call`);
  return parsed;
};

test('there is one of each kind', () => {
  expect(files).toEqual([
    'answered.json',
    'inbound.json',
    'no-campaign-user.json',
    'spanish.json',
    'voicemail.json',
  ]);
  const { event: voicemail } = eventOf('voicemail.json');
  expect(voicemail).toMatchObject({ answered_by: 'machine', campaign_user: { status: 'voicemail' } });
  expect(eventOf('inbound.json').event.type).toBe('inbound');
  expect(eventOf('no-campaign-user.json').event.campaign_user).toBeUndefined();
});

test('they are different calls of different people', () => {
  const events = files.map((file) => eventOf(file).event);
  const phones = events.map(({ type, phone_number_from, phone_number_to }) =>
    type === 'inbound' ? phone_number_from : phone_number_to,
  );
  for (const values of [events.map(({ id }) => id), phones]) expect(new Set(values).size).toBe(files.length);
  const ids = events.flatMap(({ campaign_user }) => campaign_user?.f_id ?? []);
  expect(new Set(ids).size).toBe(files.length - 1);
});

test.each(files)('%s is an event without a field that costs a warning', (file) => {
  expect(eventOf(file).invalidFields).toEqual([]);
});

test.each([
  ['hubspot', ''],
  ['salesforce', ''],
  ['hubspot', 'collections'],
  ['salesforce', 'sales'],
])('each can be previewed for %s (mapping: %s), and no value is skipped', async (crm, mapping) => {
  const config = await loadConfig({ CRM_CONNECTOR: crm }, 'preview');
  const overrides = mapping && readFileSync(new URL(`../mappings/${mapping}.yaml`, folder), 'utf8');
  const previewer = new Previewer(config, recordingLog());
  for (const file of files) {
    const { person, fields, requests } = await previewer.preview(eventOf(file).event, overrides, false);
    expect([file, person !== undefined, requests.length > 0]).toEqual([file, true, true]);
    const skipped = fields.filter(({ skipped, silent }) => skipped !== undefined && !silent);
    expect([file, skipped]).toEqual([file, []]);
  }
  await previewer.close();
});
