/** One line of a text is written again; whatever else a user or the CRM made of the text stays. */
import { expect, test } from '@jest/globals';
import type { CrmField } from '../../../connectors/connector.ts';
import type { PlannedActivity } from '../../../connectors/engine/activity-rows.ts';
import type { CrmClient } from '../../../connectors/engine/crm.ts';
import { renewedTexts } from '../../../connectors/engine/renewed-lines.ts';

const MARKS = ['/call/cll_1/recording', '/recordings/cll_1?k='];
const LINE = 'Recording: https://calls.example.com/recordings/cll_1?k=new&s=new';
const BODY: CrmField = { name: 'body', label: 'Body', type: 'text', createable: true, updateable: true };

/** What becomes of a call with this text. */
async function renew(text: string, field: Partial<CrmField> = {}, kept = true) {
  const reads: unknown[] = [];
  const client = {
    schema: { person: new Map(), call: new Map([['body', { ...BODY, ...field }]]), task: new Map() },
    encode: (value: unknown) => value,
    readCalls: async (ids: readonly string[], fields: readonly string[]) => {
      reads.push([ids, fields]);
      return new Map([['7', new Map([['body', text]])]]);
    },
  } as unknown as CrmClient;
  const activity = { fields: [], renewedLines: [{ field: 'body', marks: MARKS, line: LINE }] };
  const planned = { name: 'call cll_1', activity, existingId: '7', keepsFields: kept };
  const renewed = await renewedTexts(client, [planned as unknown as PlannedActivity], undefined);
  return { reads, ...renewed.get('call cll_1') };
}

test.each([
  [
    'Altur’s URL of before the link',
    'Call id: cll_1\nRecording (needs the Altur API key): https://api.altur.io/api/v1.0/call/cll_1/recording\n\nAna: Sí',
    `Call id: cll_1\n${LINE}\n\nAna: Sí`,
  ],
  [
    'a link that has expired, of another address',
    'Recording: https://old.example.com/x/recordings/cll_1?k=old&e=1&s=old\r\n\r\nAna: Sí',
    `${LINE}\r\n\r\nAna: Sí`,
  ],
  [
    'HTML as it was written',
    'a<br>Grabación: <a href="http://x/recordings/cll_1?k=o">l</a><br><br>b',
    `a<br>${LINE}<br><br>b`,
  ],
  [
    'HTML as an editor leaves it',
    '<div style="x"><p>a</p><p dir="auto">see /call/cll_1/recording</p><p>b &amp; c</p></div>',
    `<div style="x"><p>a</p><p dir="auto">${LINE}</p><p>b &amp; c</p></div>`,
  ],
  [
    'a second line with it',
    'https://x/call/cll_1/recording\nhttps://x/call/cll_1/recording',
    `${LINE}\nhttps://x/call/cll_1/recording`,
  ],
])('replaces the line with %s', async (_, before, after) => {
  expect(await renew(before)).toEqual({ reads: [[['7'], ['body']]], fields: { body: after }, skipped: [] });
});

test.each([
  ['has no such line', 'rewritten by a user'],
  ['has the recording of another call', 'https://x/call/cll_11/recording\nhttps://x/recordings/cll_11?k=o'],
  ['has the line already', `a\n${LINE}\nb`],
  ['is empty', ''],
])('a text that %s stays as it is', async (_, text) => {
  expect(await renew(text)).toMatchObject({ fields: {}, skipped: [] });
});

test('a text without room for the link stays, and the outcome says so', async () => {
  const text = `https://x/call/cll_1/recording\n${'x'.repeat(10)}`;
  const room = LINE.length + 2 + 10;
  expect(await renew(text, { maxLength: room, lineBreakLength: 2 })).toMatchObject({
    fields: { body: `${LINE}\n${'x'.repeat(10)}` },
  });
  expect(await renew(text, { maxLength: room - 1, lineBreakLength: 2 })).toMatchObject({
    fields: {},
    skipped: [{ field: 'body', code: 'VALUE_TOO_LONG' }],
  });
});

test('nothing is read for calls that do not keep their fields', async () => {
  expect(await renew('/call/cll_1/recording', {}, false)).toEqual({ reads: [] });
});
