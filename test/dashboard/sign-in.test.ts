/** Guessing the dashboard's password, and the rejections of the dashboard. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { basic as basicOf, PASSWORD, type RunningDashboard, startDashboard } from './start-dashboard.ts';

let running: RunningDashboard;

beforeEach(async () => {
  running = await startDashboard();
});
afterEach(() => running.close());

const basic = (password: string) => basicOf('admin', password);
const get = (headers: Record<string, string>) => running.get('/dashboard/preview', headers);

async function guess(count: number): Promise<number[]> {
  const statuses: number[] = [];
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (statuses.length < count) statuses.push((await get(basic(`guess ${statuses.length}`))).status);
    }),
  );
  return statuses;
}

test('guesses are limited, logged once in a while and counted; the right password still works', async () => {
  const signedIn = await get(basic(PASSWORD));
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const startedAt = Date.now();
  const statuses = await guess(2_000);
  const seconds = (Date.now() - startedAt) / 1_000;
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  // The burst, those that were under way, and two a second.
  expect(statuses.filter((status) => status === 401).length).toBeLessThan(30 + 3 * seconds);
  expect((await get({ ...basic(PASSWORD), cookie })).status).toBe(200);
  expect((await get(basic(PASSWORD))).status).toBe(200);
  const warnings = running.log.entries.filter(({ level }) => level === 'warn');
  expect(warnings.length).toBeLessThan(6);
  expect(warnings.at(-1)!.fields).toMatchObject({ code: 'DASHBOARD_SIGN_IN_FAILED', count: 1_000 });
  expect(JSON.stringify(running.log.entries)).not.toContain('guess 1');
  const text = await running.metrics.render(undefined);
  expect(Number(/sign_ins_total\{result="limited"\} (\d+)/.exec(text)![1])).toBeGreaterThan(1_900);
  expect(text).toMatch(/sign_ins_total\{result="wrong"\} \d+/);
});

test('the cookie of a browser that has signed in is no password', async () => {
  const cookie = (await get(basic(PASSWORD))).headers.get('set-cookie')!;
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  expect((await get({ cookie })).status).toBe(401);
  expect((await get({ ...basic('wrong'), cookie })).status).toBe(401);
});

test('a browser that asks without a password has guessed nothing', async () => {
  for (let request = 0; request < 50; request++) expect((await get({})).status).toBe(401);
  expect(running.log.entries).toEqual([]);
});

test('every answer has the headers of the page', async () => {
  const large = JSON.stringify({ event: 'x'.repeat(3_200_000), mapping: '' });
  const post = (body: string) => running.post('/dashboard/preview', body);
  const answers = [
    await get({}),
    await get(basic('wrong')),
    await post(large),
    await post('not json'),
    await running.get('/dashboard/nothing'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 413, 400, 404]);
  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
  expect(await answers[2]!.json()).toEqual({ error: 'the body is larger than 3 MiB' });
});
