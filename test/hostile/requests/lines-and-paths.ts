/** Methods, paths and versions. */

import { WEBHOOK_PATH } from '../../../src/ingress/webhook.ts';
import { rawRequest } from '../raw-http.ts';
import { accepted, NOT_FOUND, type Row, refused } from './row.ts';

const KEPT = { Connection: 'keep-alive' };
const BARE = Buffer.from(`POST ${WEBHOOK_PATH} HTTP/1.1\nHost: here\n\n`);
const bodyless = { body: '', headers: { 'Content-Length': null } };

export const LINES_AND_PATHS: readonly Row[] = [
  ...['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH'].map((method) =>
    refused(`${method}`, { method, ...bodyless }, 405, 'use POST'),
  ),
  { name: 'HEAD', bytes: rawRequest({ method: 'HEAD', ...bodyless }), statuses: [405] },
  refused(
    'a method override',
    { method: 'GET', body: '', headers: { 'X-HTTP-Method-Override': 'POST' } },
    405,
    'use POST',
  ),
  refused('a method that is none', { method: 'FOO' }, 400),
  refused('a method in small letters', { method: 'post' }, 400),
  {
    name: 'CONNECT',
    bytes: Buffer.from('CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n'),
    statuses: [],
    ends: true,
  },
  ...[
    ['a slash behind', `${WEBHOOK_PATH}/`],
    ['doubled slashes', WEBHOOK_PATH.replaceAll('/', '//')],
    ['capitals', WEBHOOK_PATH.toUpperCase()],
    ['dot segments', '/webhooks/altur/x/../on-call-end'],
    ['encoded dot segments', '/webhooks/altur/%2e%2e/altur/on-call-end'],
    ['encoded slashes', '/webhooks%2faltur%2fon-call-end'],
    ['NUL behind', `${WEBHOOK_PATH}%00`],
    ['a line break behind', `${WEBHOOK_PATH}%0d%0aX-Injected:%20yes`],
    ['a parameter', `${WEBHOOK_PATH};jsessionid=1`],
    ['a letter more', `${WEBHOOK_PATH}x`],
    ['a back slash', '/webhooks\\altur\\on-call-end'],
    ['overlong UTF-8', '/webhooks/altur/on-call-end%c0%ae'],
    ['a file of the system', '/../../../../etc/passwd'],
    ['an asterisk', '*'],
    ['12 kB', `/${'a'.repeat(12_000)}`],
    ['a template', '/{{7*7}}'],
  ].map(([name, path]) => refused(`a path with ${name}`, { path: path! }, 404, NOT_FOUND)),
  refused('a path that cannot be decoded', { path: '/webhooks/altur/%ff' }, 404, NOT_FOUND),
  refused('a path with a blank', { path: '/webhooks/altur/on call end' }, 400),
  refused('a path of 60 kB', { path: `/${'a'.repeat(60_000)}` }, 431),
  accepted('a query', { path: `${WEBHOOK_PATH}?id=other&__proto__[x]=1` }),
  refused('a path with an encoded letter', { path: WEBHOOK_PATH.replace('call', '%63all') }, 404, NOT_FOUND),
  accepted('the whole URL, of another host', { path: `http://elsewhere.example${WEBHOOK_PATH}` }),
  accepted('HTTP/1.0', { version: 'HTTP/1.0' }),
  {
    ...refused('HTTP/1.0 that stays open', { version: 'HTTP/1.0', headers: KEPT, body: '{}' }, 400),
    ends: true,
  },
  refused('HTTP/9.9', { version: 'HTTP/9.9' }, 400),
  // Node reads it as HTTP/1.0.
  accepted('HTTP/0.9', { version: 'HTTP/0.9' }),
  { name: 'HTTP/2', bytes: Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), statuses: [400], ends: true },
  { name: 'TLS', bytes: Buffer.from('16030100c8010000c40303', 'hex'), statuses: [400], ends: true },
  { name: 'bare line feeds', bytes: BARE, statuses: [400], ends: true },
  { name: 'nothing', bytes: Buffer.alloc(0), statuses: [], ends: true },
  { name: 'random bytes', bytes: Buffer.from('00ff8013371c0a0d0a0d00', 'hex'), statuses: [400], ends: true },
];
