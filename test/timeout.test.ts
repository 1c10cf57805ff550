import { expect, test } from '@jest/globals';
import { settlesWithin, withTimeout } from '../src/timeout.ts';

const never = new Promise<never>(() => {});

test('an answer in time is passed on, and so is an error', async () => {
  expect(await withTimeout(Promise.resolve(7), 1_000)).toBe(7);
  await expect(withTimeout(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no');
});

test('a late answer is a TimeoutError', async () => {
  await expect(withTimeout(never, 1)).rejects.toMatchObject({ name: 'TimeoutError', code: 'TIMEOUT' });
});

test('whether something settles in time is answered, an error of its own rejects', async () => {
  expect(await settlesWithin(Promise.resolve(), 1_000)).toBe(true);
  expect(await settlesWithin(never, 1)).toBe(false);
  await expect(settlesWithin(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no');
});
