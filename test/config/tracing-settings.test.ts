import { expect, test } from '@jest/globals';
import { tracingSettings, tracingWarnings } from '../../src/config/tracing-settings.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

test.each([{}, { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }, { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }])(
  'with %j nothing is traced',
  (given) => {
    expect(tracingSettings(given)).toBeUndefined();
  },
);

test('traces go below the endpoint, or to the one for traces as it is', () => {
  expect(tracingSettings(ENDPOINT)).toEqual({
    url: 'http://collector:4318/v1/traces',
    headers: {},
    serviceName: 'altur-crm-sync',
    resourceAttributes: {},
  });
  const own = { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example.com/otlp' };
  expect(tracingSettings(own)?.url).toBe('https://traces.example.com/otlp');
});

test('headers and attributes are lists of percent-encoded pairs', () => {
  const settings = tracingSettings({
    ...ENDPOINT,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi, x-team=ops,',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod,service.name=calls',
  });
  expect(settings).toMatchObject({
    headers: { authorization: 'Basic YTpi', 'x-team': 'ops' },
    resourceAttributes: { 'deployment.environment': 'prod' },
    serviceName: 'calls',
  });
});

test('another protocol is warned of, where traces are on', () => {
  expect(tracingWarnings({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([]);
  expect(tracingWarnings(ENDPOINT)).toEqual([]);
  expect(tracingWarnings({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toHaveLength(1);
});
