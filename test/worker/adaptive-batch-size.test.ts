import { expect, test } from '@jest/globals';
import { AdaptiveBatchSize } from '../../src/worker/adaptive-batch-size.ts';

const jobs = (count: number) => Array.from({ length: count }, (_, index) => `job-${index}`);

test('batches are halved while the CRM fails and doubled while it works', () => {
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

test('a job that keeps failing alone in an outage is never to blame', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  for (let round = 0; round < 50; round++) expect(adaptiveSize.failed(['one'])).toBe('alone');
});

test('a job that fails alone while others go through is the culprit', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  expect(adaptiveSize.failed(['poison'])).toBe('alone');
  adaptiveSize.succeeded(['fine']);
  expect(adaptiveSize.failed(['poison'])).toBe('poison');
});

test('a job that went through is forgotten', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  adaptiveSize.failed(['one']);
  adaptiveSize.succeeded(['one']);
  expect(adaptiveSize.failed(['one'])).toBe('alone');
});
