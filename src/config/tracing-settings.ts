/** The standard variables of OpenTelemetry that this service passes on; the others are read by OpenTelemetry itself. */
import type { TracingSettings } from '../tracing/tracing.ts';

export interface TracingVariables {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_HEADERS?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_PROTOCOL?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_PROTOCOL?: string | undefined;
  readonly OTEL_RESOURCE_ATTRIBUTES?: string | undefined;
  readonly OTEL_SERVICE_NAME?: string | undefined;
  readonly OTEL_SDK_DISABLED?: string | undefined;
  readonly OTEL_TRACES_EXPORTER?: string | undefined;
}

const SERVICE_NAME = 'altur-crm-sync';
const PROTOCOL = 'http/protobuf';

/** Undefined: nothing is traced. */
export function tracingSettings(given: TracingVariables): TracingSettings | undefined {
  if (given.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || given.OTEL_TRACES_EXPORTER === 'none')
    return undefined;
  const url = given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? tracesUrl(given.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (url === undefined) return undefined;
  const resourceAttributes = pairs(given.OTEL_RESOURCE_ATTRIBUTES);
  return {
    url,
    headers: pairs(given.OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? given.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: given.OTEL_SERVICE_NAME ?? resourceAttributes['service.name'] ?? SERVICE_NAME,
    resourceAttributes,
  };
}

export function tracingWarnings(given: TracingVariables): readonly string[] {
  const protocol = given.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? given.OTEL_EXPORTER_OTLP_PROTOCOL ?? PROTOCOL;
  if (protocol === PROTOCOL || tracingSettings(given) === undefined) return [];
  return [
    `OTEL_EXPORTER_OTLP_PROTOCOL: traces are sent as ${PROTOCOL} only: the endpoint must take it (port 4318, as a rule)`,
  ];
}

function tracesUrl(base: string | undefined): string | undefined {
  return base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`;
}

/** `name=value,name=value`, the values percent-encoded. */
function pairs(text = ''): Record<string, string> {
  return Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]];
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // It is not encoded.
    return value;
  }
}
