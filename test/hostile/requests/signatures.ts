/** Signatures that are none, and bodies that were written another way than they were signed. */
import { createHmac } from 'node:crypto';
import { sign } from '../../../src/altur/signature.ts';
import { type RawRequest, rawRequest, SECRET } from '../raw-http.ts';
import { accepted, eventOf, nextId, type Row, refused, UNSIGNED } from './row.ts';

const BODY = eventOf('cll_hostile_unsigned');
const RIGHT = sign(BODY, SECRET, 'hex');
const bytes = Buffer.from(RIGHT, 'hex');
const base64Secret = Buffer.from(SECRET.padEnd(32)).toString('base64');

const WRONG: readonly (readonly [string, string | null])[] = [
  ['absent', null],
  ['empty', ''],
  ['a digit less', RIGHT.slice(0, -1)],
  ['a byte less', RIGHT.slice(0, -2)],
  ['a byte more', `${RIGHT}00`],
  ['another last digit', RIGHT.slice(0, -1) + (RIGHT.endsWith('0') ? '1' : '0')],
  ['doubled', RIGHT + RIGHT],
  ['twice in one header', `${RIGHT}, ${RIGHT}`],
  ['in two headers', `${RIGHT}\r\nX-Altur-Signature: ${RIGHT}`],
  ['in two headers, the other empty', `${RIGHT}\r\nX-Altur-Signature: `],
  ['with sha256= before it', `sha256=${RIGHT}`],
  ['with v1, before it', `v1,${RIGHT}`],
  ['with 0x before it', `0x${RIGHT}`],
  ['in quotes', `"${RIGHT}"`],
  ['with a blank inside', `${RIGHT.slice(0, 32)} ${RIGHT.slice(32)}`],
  ['of the right digest, in base64', bytes.toString('base64')],
  ['of the right digest, in base64url', bytes.toString('base64url')],
  ['of another key, in base64', sign(BODY, base64Secret, 'base64')],
  ['of another key, in base64, in small letters', sign(BODY, base64Secret, 'base64').toLowerCase()],
  ['of another key, in base64, without its =', sign(BODY, base64Secret, 'base64').replace('=', '')],
  ['of another key, in hex', sign(BODY, `${SECRET}x`, 'hex')],
  ['of an empty key', createHmac('sha256', '').update(BODY).digest('hex')],
  ['of SHA-1', createHmac('sha1', SECRET).update(BODY).digest('hex')],
  ['of SHA-512', createHmac('sha512', SECRET).update(BODY).digest('hex')],
  ['of an empty body', sign('', SECRET, 'hex')],
  ['of another body', sign(eventOf('cll_hostile_other'), SECRET, 'hex')],
  ['of the body and a line break', sign(`${BODY}\n`, SECRET, 'hex')],
  ['all zeros', '0'.repeat(64)],
  ['all blanks', ' '.repeat(64)],
  ['of full-width digits', Buffer.from('０'.repeat(21)).toString('latin1')],
  ['a format string', '%s%n%x'.repeat(10)],
  ['of 14 kB', 'a'.repeat(14_000)],
  ['the secret itself', SECRET],
  ['null', 'null'],
];

/** `written` stands for what was signed, or does not. */
function rewritten(name: string, write: (signed: string) => string, isRight: boolean): Row {
  const id = nextId();
  const signed = eventOf(id, ',"name":"Peña 😀","list":[1,2]');
  const request: RawRequest = {
    body: write(signed),
    headers: { 'X-Altur-Signature': sign(signed, SECRET, 'hex') },
  };
  return isRight ? accepted(name, request, id) : refused(name, request, 401, UNSIGNED);
}

const capitals = nextId();

export const SIGNATURES: readonly Row[] = [
  ...WRONG.map(([name, value]) =>
    refused(`a signature ${name}`, { body: BODY, headers: { 'X-Altur-Signature': value } }, 401, UNSIGNED),
  ),
  accepted(
    'a signature in capitals',
    { headers: { 'X-Altur-Signature': sign(eventOf(capitals), SECRET, 'hex').toUpperCase() } },
    capitals,
  ),
  refused('a signature with NUL', { headers: { 'X-Altur-Signature': `${RIGHT}\0` } }, 400),
  rewritten('white space between tokens', (body) => body.replaceAll(',', ' ,\r\n\t'), true),
  rewritten('letters escaped', (body) => body.replace('ñ', '\\u00F1').replace('😀', '\\ud83d\\ude00'), true),
  rewritten('an ASCII letter escaped', (body) => body.replace('Pe', '\\u0050e'), false),
  rewritten(
    'the keys in another order',
    (body) => body.replace(/^\{("event_type":"[^"]+"),("id":"[^"]+")/, '{$2,$1'),
    false,
  ),
  rewritten('a key more', (body) => body.replace(/\}$/, ',"x":1}'), false),
  rewritten('a key twice', (body) => body.replace(/^\{/, '{"id":"cll_hostile_forged",'), false),
  rewritten('a byte order mark', (body) => `\uFEFF${body}`, false),
  rewritten('a no-break space', (body) => body.replace(',', ',\u00A0'), false),
  rewritten('a vertical tab', (body) => body.replace(',', ',\v'), false),
  rewritten('a form feed', (body) => body.replace(',', ',\f'), false),
  rewritten('a blank inside a text', (body) => body.replace('Peña', 'Pe ña'), false),
  rewritten('an escaped quote before white space', (body) => body.replace('Peña', 'Pe\\" ña'), false),
  rewritten('a number as 1.0', (body) => body.replace('[1,', '[1.0,'), false),
  rewritten('the letter decomposed', (body) => body.replace('ñ', 'n\u0303'), false),
  rewritten('a comma behind', (body) => `${body},`, false),
  rewritten('a comment', (body) => `/**/${body}`, false),
  rewritten('a second event behind', (body) => `${body}${eventOf('cll_hostile_forged')}`, false),
  ...[
    ['quotes', '"'],
    ['back slashes', '\\'],
    ['letters that can be escaped', 'ñ'],
    ['escapes', '\\u00f1'],
    ['white space', ' '],
    ['open lists', '['],
  ].map(([name, text]) =>
    refused(
      `a mebibyte of ${name} without a signature`,
      { body: text!.repeat(1_000_000 / Buffer.byteLength(text!)), headers: { 'X-Altur-Signature': RIGHT } },
      401,
      UNSIGNED,
    ),
  ),
  {
    name: 'no signature and no body',
    bytes: rawRequest({ body: '', headers: { 'X-Altur-Signature': null } }),
    statuses: [401],
    error: UNSIGNED,
  },
];
