import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PreviewRequest } from '../../src/dashboard/preview/preview-request.ts';
import { basic, PASSWORD, type RunningDashboard, startDashboard } from './start-dashboard.ts';

let received: PreviewRequest[];
let running: RunningDashboard;

beforeEach(async () => {
  received = [];
  running = await startDashboard({
    preview: {
      data: async () => ({ crm: 'hubspot' }),
      async preview(request) {
        received.push(request);
        return { event: [], mapping: [] };
      },
    },
  });
});
afterEach(() => running.close());

const get: RunningDashboard['get'] = (path, headers) => running.get(path, headers);
const ask = (body: string, headers?: Record<string, string>) =>
  running.post('/dashboard/preview', body, headers);

describe('who is let in', () => {
  test.each([
    ['nobody without a name', {}],
    ['nobody with a wrong password', basic('admin', 'wrong')],
    ['nobody with another name', basic('root', PASSWORD)],
    ['nobody with half a header', { authorization: 'Basic' }],
    ['nobody with another scheme', { authorization: `Bearer ${PASSWORD}` }],
  ])('%s', async (_, headers) => {
    for (const path of [
      '/dashboard',
      '/dashboard/preview',
      '/dashboard/preview/page.js',
      '/dashboard/preview/data',
    ]) {
      const response = await get(path, headers as Record<string, string>);
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.headers.get('www-authenticate')).toContain('Basic realm=');
    }
    expect((await ask('{}', { authorization: '', ...headers })).status).toBe(401);
  });

  test('who has the password', async () => {
    expect((await get('/dashboard/preview')).status).toBe(200);
    expect((await get('/dashboard')).status).toBe(200);
    expect((await get('/')).headers.get('location')).toBe('/dashboard');
    expect(await (await get('/dashboard/preview/data')).json()).toEqual({ crm: 'hubspot' });
  });
});

test.each(['page.css', 'page.js', 'editor.js', 'records.js'])(
  '%s is served, and nothing beside it',
  async (name) => {
    const response = await get(`/dashboard/preview/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(name.endsWith('.css') ? /text\/css/ : /javascript/);
    expect((await get(`/dashboard/preview/dashboard.ts`)).status).toBe(404);
  },
);

test('the page is not kept, not framed, and takes nothing from elsewhere', async () => {
  const { headers } = await get('/dashboard/preview');
  expect(headers.get('cache-control')).toBe('no-store');
  const policy = headers.get('content-security-policy');
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"])
    expect(policy).toContain(part);
});

describe('asking for a preview', () => {
  test('hands the texts over', async () => {
    const response = await ask(JSON.stringify({ event: '{}', mapping: 'person: {}', resolve: true }));
    expect(await response.json()).toEqual({ event: [], mapping: [] });
    expect(received).toEqual([{ event: '{}', mapping: 'person: {}', resolve: true }]);
  });

  test('does not look anybody up unless told to', async () => {
    await ask(JSON.stringify({ event: '{}', mapping: '' }));
    expect(received).toMatchObject([{ resolve: false }]);
  });

  test.each(['{}', '{"event":1,"mapping":""}', '[]', 'not json'])('%s is no request', async (body) => {
    expect((await ask(body)).status).toBe(400);
  });

  test('a form of another site cannot ask', async () => {
    const body = JSON.stringify({ event: '{}', mapping: '' });
    expect((await ask(body, { 'content-type': 'text/plain' })).status).toBe(400);
    expect(received).toEqual([]);
  });

  test('too much is too much', async () => {
    const body = JSON.stringify({ event: 'x'.repeat(3_200_000), mapping: '' });
    expect((await ask(body)).status).toBe(413);
  });
});
