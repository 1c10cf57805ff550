import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseEvent } from '../../src/altur/event.ts';

const sample = JSON.parse(readFileSync(new URL('../fixtures/on_call_end.json', import.meta.url), 'utf8'));

function call(fields: object) {
  const parsed = parseEvent({ event_type: 'on_call_end', id: 'cll_1', ...fields });
  if (parsed.kind !== 'call') throw new Error(`parsed as ${parsed.kind}`);
  return parsed;
}

test('Altur’s own sample is taken whole', () => {
  expect(parseEvent(sample)).toEqual({ kind: 'call', event: sample, invalidFields: [] });
});

test('an id and a type are enough', () => {
  expect(call({}).event).toEqual({ event_type: 'on_call_end', id: 'cll_1' });
});

test('half a character in the id is replaced: no URL can hold it', () => {
  expect(call({ id: 'cll_\ud83d' }).event.id).toBe('cll_\ufffd');
});

test('the first generation, whose type is the event’s, has no direction', () => {
  const { campaign_user, event_type, type, ...rest } = sample;
  const parsed = parseEvent({ ...rest, type: 'on_call_end' });
  expect(parsed).toMatchObject({
    kind: 'call',
    event: { event_type: 'on_call_end', end_user: { display_name: 'John Doe' } },
  });
  expect(parsed).not.toHaveProperty('event.type');
});

test('the second generation says the direction as type', () => {
  expect(call({ type: 'inbound', end_user: { phone_number: '+525512345678' } }).event).toMatchObject({
    type: 'inbound',
  });
});

test('a field of a wrong type is skipped and reported', () => {
  const { event, invalidFields } = call({
    duration: 'long',
    transcript: 'none',
    campaign_user: { name: ['x'], tags: ['a', 7, null, { name: 'b' }], extracted_data: 'x', status: 'ok' },
    started_at: 'yesterday',
  });
  expect(event).toEqual({
    event_type: 'on_call_end',
    id: 'cll_1',
    campaign_user: { tags: ['a', 'b'], status: 'ok' },
  });
  expect(invalidFields.toSorted()).toEqual(
    ['campaign_user.extracted_data', 'campaign_user.name', 'duration', 'started_at', 'transcript'].toSorted(),
  );
});

test('a bad turn costs the turn', () => {
  expect(call({ transcript: [null, { content: 'hola' }, 5] }).event.transcript).toEqual([
    { content: 'hola' },
  ]);
});

test.each([
  ['00:46', 46],
  ['1:02:03', 3723],
  [45, 45],
])('a duration of %j is %d seconds', (duration, seconds) => {
  expect(call({ duration }).event.duration).toBe(seconds);
});

test.each(['', '12:99', '-5', 'PT45S', -1])('a duration of %j is none', (duration) => {
  expect(call({ duration }).event).not.toHaveProperty('duration');
});

test('nulls and blanks are absences, nothing to tell', () => {
  const { event, invalidFields } = call({ duration: null, status: '  ', campaign_user: null });
  expect(event).toEqual({ event_type: 'on_call_end', id: 'cll_1' });
  expect(invalidFields).toEqual([]);
});

test('numbers where text is expected are taken as text', () => {
  expect(call({ campaign_user: { f_id: 12345 } }).event.campaign_user).toEqual({ f_id: '12345' });
});

test('fields Altur may add later are kept', () => {
  expect(call({ summary: 'short', campaign_user: { segment: 'a' } }).event).toMatchObject({
    summary: 'short',
    campaign_user: { segment: 'a' },
  });
});

test('another event is another event, whatever it holds', () => {
  expect(parseEvent({ event_type: 'campaign.status_changed', event_id: 'evt_1' })).toEqual({
    kind: 'other',
    type: 'campaign.status_changed',
  });
});

test.each([null, 'text', 5, [], [{ id: 'x' }], {}, { type: 'outbound', id: 'x' }])(
  '%j is no event',
  (json) => {
    expect(parseEvent(json)).toMatchObject({ kind: 'invalid' });
  },
);

test.each([undefined, null, '', '  ', {}, [], true, 'x'.repeat(501)])(
  'a call without a usable id is invalid: %j',
  (id) => {
    expect(parseEvent({ event_type: 'on_call_end', id })).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining('id'),
    });
  },
);

test('an id too large for a number is no id: rounded, it would be somebody else’s', () => {
  const { event, invalidFields } = call(
    JSON.parse('{ "campaign_user": { "f_id": 12345678901234567890, "name": 7 } }'),
  );
  expect(event.campaign_user).toEqual({ name: '7' });
  expect(invalidFields).toEqual(['campaign_user.f_id']);
});

test('a value nested without end is skipped, not the event', () => {
  const endless = `${'{"a":['.repeat(20_000)}1${']}'.repeat(20_000)}`;
  const { event } = call(
    JSON.parse(`{ "campaign_user": { "f_id": "1", "extracted_data": { "x": ${endless}, "y": "2" } } }`),
  );
  expect(event.campaign_user).toMatchObject({ f_id: '1', extracted_data: { y: '2' } });
  expect(JSON.stringify(event).length).toBeLessThan(1_000);
});
