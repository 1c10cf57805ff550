/** The pages beside the webhook: health, recordings, dashboard. */
import { type RawRequest, rawRequest } from '../raw-http.ts';
import { type Row, refused } from './row.ts';

export const PASSWORD = 'a password of pages';

const SIGN_IN = 'sign in as admin with DASHBOARD_PASSWORD';
const BAD_ACTION = 'actions are taken from a page of this dashboard, at this address';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

const get = (path: string, headers: RawRequest['headers'] = {}): RawRequest => ({
  method: 'GET',
  path,
  body: '',
  headers: { 'Content-Length': null, 'Content-Type': null, 'X-Altur-Signature': null, ...headers },
});
const signedIn = (path: string) => get(path, { Authorization: basic(`admin:${PASSWORD}`) });
const action = (name: string, body: string, headers: RawRequest['headers'] = {}): RawRequest => ({
  path: `/dashboard/api/actions/${name}`,
  body,
  headers: {
    Authorization: basic(`admin:${PASSWORD}`),
    'Sec-Fetch-Site': 'same-origin',
    'X-Altur-Signature': null,
    ...headers,
  },
});
const page = (name: string, request: RawRequest, status: number): Row => ({
  name,
  bytes: rawRequest(request),
  statuses: [status],
});

const CALL_IDS = [
  '__proto__',
  '..%2f..%2fetc%2fpasswd',
  '%3Cscript%3E',
  '%00',
  '*',
  'a'.repeat(5_000),
  '%F0%9F%98%80',
  '%0d%0aX:y',
  '{x}',
  '%ed%a0%80',
];

export const PAGES: readonly Row[] = [
  page('health with a query', get('/healthz?x[__proto__]=1'), 200),
  page(
    'health with a body',
    { ...get('/healthz'), body: 'x'.repeat(10_000), headers: { 'Content-Type': 'a/b' } },
    200,
  ),
  page('readiness with a slash behind', get('/readyz/'), 200),
  page('POST to health', { ...get('/healthz'), method: 'POST' }, 404),
  page('metrics in another format', get('/metrics', { Accept: 'application/x-protobuf;q=9,*/*' }), 200),
  page('metrics of another name', get('/metrics?name[]=..%2f..'), 200),

  ...[
    '/recordings/',
    '/recordings/cll_1',
    '/recordings/cll_1?s=x&k=y',
    '/recordings/cll_1?s[]=x&k[]=y',
    '/recordings/cll_1?__proto__[s]=x',
    '/recordings/..%2f..%2fetc%2fpasswd?s=x&k=y',
    '/recordings/http:%2f%2fevil.example?s=x&k=y',
    '/recordings/cll_1?s=x&k=y&e=99999999999999999999',
    `/recordings/${'a'.repeat(10_000)}?s=x`,
    '/recordings/%00?s=x&k=y',
    '/recordings/%ff',
    '/recordings/cll_1/../../dashboard',
  ].map((path) => page(`a recording at ${path.slice(0, 60)}`, get(path), 404)),
  refused('POST to a recording', { path: '/recordings/cll_1' }, 405, 'use GET'),

  ...[
    '/dashboard',
    '/dashboard/api/calls',
    '/dashboard/queue/board',
    '/dashboard/preview/data',
    '/dashboard/assets/i18n.js',
    '/DASHBOARD/api/overview',
  ].map((path) => refused(`${path} without a password`, get(path), 401, SIGN_IN)),
  ...[
    ['of another user', basic(`root:${PASSWORD}`)],
    ['with NUL', basic(`admin:${PASSWORD}\0`)],
    ['of 6 kB', basic(`admin:${'x'.repeat(4_000)}`)],
    ['of another scheme', `Bearer ${PASSWORD}`],
    ['that is no base64', 'Basic !!!'],
  ].map(([name, value]) =>
    refused(`a password ${name}`, get('/dashboard', { Authorization: value! }), 401, SIGN_IN),
  ),

  page(
    'the dashboard with cookies',
    {
      ...signedIn('/dashboard'),
      headers: {
        ...signedIn('/').headers,
        Cookie: `altur_language="><script>; altur_theme=${'x'.repeat(3_000)}; altur_dashboard=(((`,
      },
    },
    200,
  ),
  ...CALL_IDS.map((id) =>
    page(
      `the page of the call ${id.slice(0, 30)}`,
      signedIn(`/dashboard/calls/${id}`),
      id === '%ed%a0%80' ? 400 : 200,
    ),
  ),
  ...CALL_IDS.map((id) =>
    page(
      `the data of the call ${id.slice(0, 30)}`,
      signedIn(`/dashboard/api/calls/${id}`),
      id === '%ed%a0%80' ? 400 : 200,
    ),
  ),
  ...[
    'q=%00',
    'q[]=x&q[y]=z',
    'q=*%5Ba-z%5D%3F%5C',
    `q=${'x'.repeat(5_000)}`,
    'q=%2B5215512345678',
    'q=%F0%9F%98%80',
    'outcome=__proto__',
    'outcome[]=synced',
    'hours=-1',
    'hours=1e308',
    'hours=NaN',
    'hours[]=1&hours[]=2',
    'until=Infinity',
    'until=1e308',
    'until=-0',
    'until=0x10',
    'hours=0.0000001&until=1',
    '__proto__[until]=1',
    'id=a&id=b',
  ].map((query) =>
    page(`a search for ${query.slice(0, 40)}`, signedIn(`/dashboard/api/calls?${query}`), 200),
  ),
  page('a call by a query', signedIn('/dashboard/api/calls/x?id=%00%0a'), 200),
  page('a call by two queries', signedIn('/dashboard/api/calls/x?id=a&id=b'), 200),
  page('a link into the CRM of no call', signedIn('/dashboard/calls/%2f%2fevil.example/crm'), 302),
  page('a file above the assets', signedIn('/dashboard/assets/../../../package.json'), 404),
  page('a file above the assets, encoded', signedIn('/dashboard/assets/..%2f..%2f..%2fpackage.json'), 404),
  page('the queue board of no queue', signedIn('/dashboard/queue/board/api/queues/__proto__/1/logs'), 404),
  page(
    'the queue board with odd pages',
    signedIn('/dashboard/queue/board/api/queues?page=-1&jobsPerPage=1e9&status[]=x'),
    400,
  ),
  page(
    'the queue board with no number',
    signedIn('/dashboard/queue/board/api/queues?activeQueue=..%2f&page=NaN'),
    400,
  ),

  refused(
    'an action of another site',
    action('retry', '{"callIds":["x"]}', { 'Sec-Fetch-Site': 'cross-site' }),
    403,
    BAD_ACTION,
  ),
  refused(
    'an action of no site',
    action('retry', '{"callIds":["x"]}', { 'Sec-Fetch-Site': null }),
    403,
    BAD_ACTION,
  ),
  page(
    'an action as a form',
    action('retry', 'callIds=x', { 'Content-Type': 'application/x-www-form-urlencoded' }),
    415,
  ),
  ...[
    ['nothing', ''],
    ['null', 'null'],
    ['not JSON', '{'],
    ['a list', '[]'],
    ['no ids', '{"callIds":[]}'],
    ['ids that are none', '{"callIds":[{}]}'],
    ['an id of 2,000 characters', `{"callIds":["${'x'.repeat(2_000)}"]}`],
    ['2,000 ids', JSON.stringify({ callIds: Array(2_000).fill('x') })],
    ['more than it takes', '{"callIds":["x"],"group":"y"}'],
    ['__proto__', '{"__proto__":{"callIds":["x"]}}'],
    ['a deep body', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ].map(([name, body]) => page(`an action with ${name}`, action('retry', body!), 400)),
  page('an action with 300 kB', action('retry', JSON.stringify({ group: 'x'.repeat(300_000) })), 413),
  page(
    'an action on calls that are none',
    action('discard', '{"callIds":["*","__proto__","\\ud800","a\\u0000b",":"]}'),
    200,
  ),
  page('a field that is none', action('create-field', '{"object":"__proto__","field":"x"}'), 400),
  page('statements of a million days', action('make-statements', '{"days":1000000}'), 400),
  page('an action that is none', action('__proto__', '{}'), 404),
  page(
    'a preview of no event',
    { ...action('x', '{"event":"{","mapping":"a: [&x *x, !!js/function x]"}'), path: '/dashboard/preview' },
    200,
  ),
  page(
    'a preview of a YAML bomb',
    { ...action('x', JSON.stringify({ event: '{}', mapping: yamlBomb() })), path: '/dashboard/preview' },
    200,
  ),
  page(
    'a preview with prototypes',
    {
      ...action('x', '{"event":"{\\"__proto__\\":1}","mapping":"__proto__: {x: 1}\\nconstructor: 1"}'),
      path: '/dashboard/preview',
    },
    200,
  ),
  page('a preview that is none', { ...action('x', '{"event":1}'), path: '/dashboard/preview' }, 400),
];

/** Nine levels of nine references each. */
function yamlBomb(): string {
  const names = 'abcdefghi';
  const lines = [...names].map((name, level) =>
    level === 0
      ? 'a: &a [x,x,x,x,x,x,x,x,x]'
      : `${name}: &${name} [${Array(9)
          .fill(`*${names[level - 1]}`)
          .join(',')}]`,
  );
  return lines.join('\n');
}
