/** Bodies that are signed: what is no event is refused with the reason, what is an odd one is stored as it is. */
import {
  accepted,
  eventOf,
  ignored,
  MIB,
  NO_ID,
  NO_TYPE,
  NOT_AN_OBJECT,
  NOT_JSON,
  nextId,
  type Row,
  refused,
  TOO_LARGE,
} from './row.ts';

const body = (text: string | Buffer) => ({ body: text });
const deep = (count: number, open: string, close: string, core = '') =>
  open.repeat(count) + core + close.repeat(count);
const padded = (bytes: number, id: string) => eventOf(id).padEnd(bytes, ' ');

function withFields(name: string, fields: string | Buffer): Row {
  const id = nextId();
  const [start, end] = [eventOf(id).slice(0, -1), '}'];
  const bytes = Buffer.concat([Buffer.from(`${start},`), Buffer.from(fields), Buffer.from(end)]);
  return accepted(name, { body: bytes }, id);
}

const NOT_EVENTS: readonly (readonly [string, string | Buffer, string])[] = [
  ['nothing', '', NOT_JSON],
  ['blanks', ' '.repeat(1_000), NOT_JSON],
  ['text', 'on_call_end', NOT_JSON],
  ['HTML', '<script>alert(1)</script>', NOT_JSON],
  ['a form', 'event_type=on_call_end&id=cll_1', NOT_JSON],
  ['YAML', 'event_type: on_call_end\nid: cll_1', NOT_JSON],
  ['a byte order mark', `\uFEFF${eventOf('cll_1')}`, NOT_JSON],
  ['UTF-16', Buffer.from(eventOf('cll_1'), 'utf16le'), NOT_JSON],
  ['NUL behind', `${eventOf('cll_1')}\0`, NOT_JSON],
  ['NUL inside a text', eventOf('cll_1').replace('cll_1', 'cll\0_1'), NOT_JSON],
  ['a line break inside a text', eventOf('cll_1').replace('cll_1', 'cll\n_1'), NOT_JSON],
  ['two objects', eventOf('cll_1') + eventOf('cll_2'), NOT_JSON],
  ['a comma behind', `${eventOf('cll_1').slice(0, -1)},}`, NOT_JSON],
  ['a comment', `/* */${eventOf('cll_1')}`, NOT_JSON],
  ['single quotes', eventOf('cll_1').replaceAll('"', "'"), NOT_JSON],
  ['NaN', '{"event_type":"on_call_end","id":NaN}', NOT_JSON],
  ['Infinity', '{"event_type":"on_call_end","id":-Infinity}', NOT_JSON],
  ['hexadecimal numbers', '{"event_type":"on_call_end","id":0x10}', NOT_JSON],
  ['an escape that is none', '{"event_type":"on_call_end","id":"\\x41"}', NOT_JSON],
  ['half of it', eventOf('cll_1').slice(0, 20), NOT_JSON],
  ['500,000 open brackets', '['.repeat(500_000), NOT_JSON],
  ['null', 'null', NOT_AN_OBJECT],
  ['true', 'true', NOT_AN_OBJECT],
  ['a number', '42', NOT_AN_OBJECT],
  ['a text', '"on_call_end"', NOT_AN_OBJECT],
  ['a list of events', `[${eventOf('cll_1')}]`, NOT_AN_OBJECT],
  ['10,000 lists in each other', deep(10_000, '[', ']'), NOT_AN_OBJECT],
  ['an empty object', '{}', NO_TYPE],
  ['a type that is a list', '{"event_type":["on_call_end"],"id":"cll_1"}', NO_TYPE],
  ['a type that is a number', '{"event_type":1,"id":"cll_1"}', NO_TYPE],
  ['a type in __proto__', '{"__proto__":{"event_type":"on_call_end","id":"cll_1"}}', NO_TYPE],
  ['10,000 objects in each other', deep(10_000, '{"a":', '}', '1'), NO_TYPE],
  ...[
    ['absent', '{"event_type":"on_call_end"}'],
    ['null', '{"event_type":"on_call_end","id":null}'],
    ['true', '{"event_type":"on_call_end","id":true}'],
    ['an object', '{"event_type":"on_call_end","id":{"toString":"x"}}'],
    ['a list', '{"event_type":"on_call_end","id":["cll_1"]}'],
    ['empty', '{"event_type":"on_call_end","id":""}'],
    ['blank', '{"event_type":"on_call_end","id":" \\n\\t "}'],
    ['of 501 characters', eventOf('a'.repeat(501))],
    ['of 251 emoji', eventOf('😀'.repeat(251))],
    ['in __proto__', '{"event_type":"on_call_end","__proto__":{"id":"cll_1"}}'],
    ['in constructor', '{"event_type":"on_call_end","constructor":{"id":"cll_1"}}'],
    ['in capitals', '{"event_type":"on_call_end","ID":"cll_1"}'],
    ['an integer that is rounded', '{"event_type":"on_call_end","id":12345678901234567890}'],
    ['1e400', '{"event_type":"on_call_end","id":1e400}'],
    ['a fraction', '{"event_type":"on_call_end","id":0.1}'],
  ].map(([name, text]): [string, string, string] => [`an id that is ${name}`, text!, NO_ID]),
];

const IDS: readonly string[] = [
  ...[
    'meta',
    'wait',
    'paused',
    'events',
    'id',
    'pc',
    '0',
    '42',
    '1:2:3',
    ':',
    'a:b',
    '~',
    'h.0123',
    'cll~x~y',
  ],
  ...[
    'a'.repeat(500),
    '😀👩‍👩‍👧‍👦',
    'e\u0301',
    '\u202ecll_rtl',
    'مكالمة',
    '\u200b',
    '\ufeffx',
    'a\u2028b\u2029',
    '../../../etc/passwd',
    '..',
    '/',
    '\\',
  ],
  ...[
    '*',
    '?',
    '[a-z]',
    '{x}',
    '{altur}:other',
    'a\r\nFLUSHALL\r\n',
    '"; redis.call("flushall") --',
    'KEYS[1]',
    "' OR 1=1 --",
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'null',
    'undefined',
    'NaN',
    'true',
  ],
  ...[
    '<script>alert(1)</script>',
    '$' + '{7*7}',
    '{{id}}',
    '%00',
    '%2e%2e%2f',
    'a b',
    'a\0b',
    'a\x1b[31mred',
    '-1',
    '1e3',
  ],
];

const mebibyte = nextId();
const twice = nextId();

export const BODIES: readonly Row[] = [
  ...NOT_EVENTS.map(([name, text, error]) => refused(`a body that is ${name}`, body(text), 400, error)),
  refused('a body a byte over a mebibyte', body(padded(MIB + 1, 'cll_1')), 413, TOO_LARGE),
  accepted('a body of a mebibyte', body(padded(MIB, mebibyte)), mebibyte),
  refused('a body of 5 MiB', body(padded(5 * MIB, 'cll_1')), 413, TOO_LARGE),
  ...IDS.map((id) => accepted(`the id ${JSON.stringify(id).slice(0, 40)}`, body(eventOf(id)), id.trim())),
  accepted('the id as a number', body('{"event_type":"on_call_end","id":777}'), '777'),
  accepted(
    'half a character in the id',
    body('{"event_type":"on_call_end","id":"half \\ud800"}'),
    'half \ufffd',
  ),
  accepted(
    'bytes that are no UTF-8 in the id',
    body(Buffer.from('{"event_type":"on_call_end","id":"bytes \xff"}', 'latin1')),
    'bytes \ufffd',
  ),
  accepted(
    'the id twice',
    body(`{"event_type":"on_call_end","id":"cll_hostile_first","id":"${twice}"}`),
    twice,
  ),
  ...['on_call_start', 'ON_CALL_END', '__proto__', 'constructor', 'campaign.status_changed', ''].map((type) =>
    ignored(`the type ${JSON.stringify(type)}`, body(`{"event_type":"${type}","id":"cll_1"}`)),
  ),

  withFields('10,000 lists in each other', `"tags":${deep(10_000, '[', ']')}`),
  withFields(
    '10,000 objects in each other',
    `"campaign_user":${deep(10_000, '{"extracted_data":', '}', '1')}`,
  ),
  withFields('200,000 lists in each other', `"context":${deep(200_000, '[', ']')}`),
  withFields('300,000 tags', `"campaign_user":{"tags":[${Array(300_000).fill('1').join(',')}]}`),
  withFields('40,000 turns', `"transcript":[${Array(40_000).fill('{"content":"sí"}').join(',')}]`),
  withFields('50,000 keys', Array.from({ length: 50_000 }, (_, key) => `"k${key}":1`).join(',')),
  withFields(
    '50,000 extracted keys',
    `"campaign_user":{"extracted_data":{${Array.from({ length: 50_000 }, (_, key) => `"k${key}":"v"`).join(',')}}}`,
  ),
  withFields('a key of 500 kB', `"${'x'.repeat(500_000)}":1`),
  withFields('a text of 900 kB', `"status":"${'é'.repeat(450_000)}"`),
  withFields('900 kB of escapes', `"status":"${'\\u0041'.repeat(150_000)}"`),
  withFields('a number of 100,000 digits', `"duration":${'9'.repeat(100_000)}`),
  withFields(
    'numbers at the limits',
    '"duration":1e308,"billed_duration":-1e308,"x":5e-324,"y":-0,"z":1e400',
  ),
  withFields(
    'keys of prototypes',
    '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"campaign_user":{"__proto__":{"polluted":1}}',
  ),
  withFields('keys of objects', '"toString":1,"valueOf":null,"hasOwnProperty":"x","toJSON":"y","then":{}'),
  withFields(
    'lists for objects',
    '"campaign_user":[],"end_user":[[]],"assistant":["x"],"transcript":{"0":{}},"tags":{"length":1e9}',
  ),
  withFields(
    'objects for texts',
    '"status":{},"phone_number_to":{"toString":1},"recording_url":["x"],"type":{"on_call_end":1}',
  ),
  withFields('halves of characters', '"status":"\\ud800","campaign_user":{"name":"\\udfff\\ud800"}'),
  withFields('NUL', '"status":"a\\u0000b","campaign_user":{"name":"\\u0000"}'),
  withFields('bytes that are no UTF-8', Buffer.from('"status":"a\xff\xfe\xc0\x80"', 'latin1')),
  withFields('surrogates in UTF-8', Buffer.from('"status":"\xed\xa0\x80"', 'latin1')),
  withFields(
    'a date that never was',
    '"ended_at":"+275760-09-13T00:00:00.001Z","started_at":"0000-00-00","created_at":"2026-13-45T99:99:99Z"',
  ),
  withFields('a text of clock digits', `"duration":"${'9'.repeat(10_000)}:00:00"`),
  withFields(
    'a text that regular expressions choke on',
    `"campaign_user":{"contact":"${'+'.repeat(50_000)}","name":"${' a'.repeat(50_000)}"}`,
  ),
];
