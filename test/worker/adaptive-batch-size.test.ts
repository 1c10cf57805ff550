import { expect, test } from '@jest/globals';
import { AdaptiveBatchSize } from '../../src/worker/adaptive-batch-size.ts';

const jobs = (count: number) => Array.from({ length: count }, (_, index) => `job-${index}`);

test('batches shrink while nothing gets through, and grow while the CRM works', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  adaptiveSize.failed(jobs(100));
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

test('a batch that fails once, and then does not, is neither split nor blamed', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  for (let round = 0; round < 20; round++) {
    expect(adaptiveSize.failed(jobs(100))).toBe('outage');
    expect(adaptiveSize.limit).toBe(100);
    adaptiveSize.succeeded(jobs(100));
  }
});

test('a job that keeps failing alone in an outage is never a poison message', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  for (let round = 0; round < 50; round++) expect(adaptiveSize.failed(['one'])).toBe('outage');
});

test('a job that fails alone while others succeed is a poison message', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  expect(adaptiveSize.failed(['poison'])).toBe('outage');
  adaptiveSize.succeeded(['fine']);
  expect(adaptiveSize.failed(['poison'])).toBe('poison');
});

test('a batch that fails again while others succeed holds a poison message, and so do its parts that fail', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  adaptiveSize.failed(jobs(8));
  adaptiveSize.succeeded(['fine']);
  const limit = adaptiveSize.limit;
  // In company of calls that have not failed before.
  expect(adaptiveSize.failed([...jobs(8), 'new'])).toBe('poison');
  expect(adaptiveSize.failed(jobs(4))).toBe('poison');
  expect(adaptiveSize.failed(['new'])).toBe('poison');
  expect(adaptiveSize.limit).toBe(limit);
});

test('a job that succeeded is no longer a suspect', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  adaptiveSize.failed(['one']);
  expect(adaptiveSize.isSuspect('one')).toBe(true);
  adaptiveSize.succeeded(['one']);
  expect(adaptiveSize.isSuspect('one')).toBe(false);
  expect(adaptiveSize.failed(['one'])).toBe('outage');
});

test('when nothing gets through any more, what was held against jobs before is dropped', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  adaptiveSize.failed(['one']);
  adaptiveSize.succeeded(['fine']);
  const causes = Array.from({ length: 20 }, () => adaptiveSize.failed(['one']));
  expect(causes.slice(0, 8)).toEqual(Array(8).fill('poison'));
  expect(causes.slice(8)).toEqual(Array(12).fill('outage'));
  adaptiveSize.succeeded(['fine']);
  expect(adaptiveSize.failed(['one'])).toBe('poison');
});

test('a known poison message says nothing of the CRM, however often it fails', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  for (let round = 0; round < 50; round++) expect(adaptiveSize.failed(['poison'], true)).toBe('poison');
  expect(adaptiveSize.limit).toBe(100);
});

test('a known poison message waits like all others while nothing gets through', () => {
  const adaptiveSize = new AdaptiveBatchSize(100);
  for (let round = 0; round < 8; round++) adaptiveSize.failed(jobs(2));
  expect(adaptiveSize.failed(['poison'], true)).toBe('outage');
  adaptiveSize.succeeded(jobs(1));
  expect(adaptiveSize.failed(['poison'], true)).toBe('poison');
});
