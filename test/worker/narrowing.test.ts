import { expect, test } from '@jest/globals';
import { Narrowing } from '../../src/worker/narrowing.ts';

const jobs = (count: number) => Array.from({ length: count }, (_, index) => `job-${index}`);

test('batches are halved while the CRM fails and doubled while it works', () => {
  const narrowing = new Narrowing(100);
  narrowing.failed(jobs(100));
  expect(narrowing.limit).toBe(50);
  narrowing.failed(jobs(50));
  expect(narrowing.limit).toBe(25);
  narrowing.succeeded(jobs(25));
  expect(narrowing.limit).toBe(50);
  narrowing.succeeded(jobs(50));
  narrowing.succeeded(jobs(100));
  expect(narrowing.limit).toBe(100);
});

test('a job that keeps failing alone in an outage is never to blame', () => {
  const narrowing = new Narrowing(100);
  for (let round = 0; round < 50; round++) expect(narrowing.failed(['one'])).toBe('alone');
});

test('a job that fails alone while others go through is the culprit', () => {
  const narrowing = new Narrowing(100);
  expect(narrowing.failed(['poison'])).toBe('alone');
  narrowing.succeeded(['fine']);
  expect(narrowing.failed(['poison'])).toBe('culprit');
});

test('a job that went through is forgotten', () => {
  const narrowing = new Narrowing(100);
  narrowing.failed(['one']);
  narrowing.succeeded(['one']);
  expect(narrowing.failed(['one'])).toBe('alone');
});
