import { expect, test } from '@jest/globals';
import { AdaptiveBatchSize } from '../../src/worker/adaptive-batch-size.ts';

const jobs = (count: number) => Array.from({ length: count }, (_, index) => `job-${index}`);

test('batches shrink while the CRM fails and grow while it works', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  adaptiveSize.failed(jobs(100));
  expect(adaptiveSize.limit).toBe(50);
  adaptiveSize.failed(jobs(50));
  expect(adaptiveSize.limit).toBe(25);
  adaptiveSize.succeeded(jobs(25));
  expect(adaptiveSize.limit).toBe(50);
  adaptiveSize.succeeded(jobs(50));
  adaptiveSize.succeeded(jobs(100));
  expect(adaptiveSize.limit).toBe(100);
});

test('a job that keeps failing alone in an outage is never a poison message', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  for (let round = 0; round < 50; round++) expect(adaptiveSize.failed(['one'])).toBe('suspect');
});

test('a job that fails alone while others succeed is a poison message', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  expect(adaptiveSize.failed(['poison'])).toBe('suspect');
  adaptiveSize.succeeded(['fine']);
  expect(adaptiveSize.failed(['poison'])).toBe('poison');
});

test('a job that succeeded is no longer a suspect', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  adaptiveSize.failed(['one']);
  expect(adaptiveSize.isSuspect('one')).toBe(true);
  adaptiveSize.succeeded(['one']);
  expect(adaptiveSize.isSuspect('one')).toBe(false);
  expect(adaptiveSize.failed(['one'])).toBe('suspect');
});
