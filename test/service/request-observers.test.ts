/** Several observers of the requests to the CRM, and the metrics as one of them. */
import { expect, test } from '@jest/globals';
import type { RequestObserver } from '../../connectors/connector.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { observeAll } from '../../src/service/request-observers.ts';
import { recordingLog } from '../recording-log.ts';

const request = { method: 'POST', endpoint: '/crm/v3/objects/:type' };

test('every observer is told of the request and of its response', () => {
  const told: string[] = [];
  const observer =
    (name: string): RequestObserver =>
    ({ method }) => {
      told.push(`${name} ${method}`);
      return ({ status }) => told.push(`${name} ${status}`);
    };
  observeAll([observer('one'), observer('other')], recordingLog())(request)({ status: 200 });
  expect(told).toEqual(['one POST', 'other POST', 'one 200', 'other 200']);
});

test('an observer that fails is logged, and neither the request nor the others fail', () => {
  const log = recordingLog();
  const told: (number | undefined)[] = [];
  const fails: RequestObserver = () => {
    throw new Error('at the request');
  };
  const failsLater: RequestObserver = () => () => {
    throw new Error('at the response');
  };
  const works: RequestObserver =
    () =>
    ({ status }) =>
      told.push(status);
  observeAll([fails, failsLater, works], log)(request)({});
  expect(told).toEqual([undefined]);
  expect(log.entries).toMatchObject([
    { level: 'error', fields: { error: { message: 'at the request' } } },
    { level: 'error', fields: { error: { message: 'at the response' } } },
  ]);
});

test('requests are counted by status, and timed whether they were answered or not', async () => {
  const metrics = createMetrics();
  const observe = observeAll([metrics.crmRequest], recordingLog());
  observe(request)({ status: 201 });
  observe(request)({});
  const labels = 'method="POST",endpoint="/crm/v3/objects/:type"';
  const text = await metrics.render(undefined);
  expect(text).toContain(`altur_crm_requests_total{${labels},status="201"} 1`);
  expect(text).toContain(`altur_crm_requests_total{${labels},status="none"} 1`);
  expect(text).toContain(`altur_crm_request_seconds_count{${labels}} 2`);
});
