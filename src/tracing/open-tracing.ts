/** Loads OpenTelemetry where traces are on. */
import type { Log } from '../../connectors/connector.ts';
import type { Tracing, TracingSettings } from './tracing.ts';

/** Undefined without settings: nothing is traced. */
export async function openTracing(
  settings: TracingSettings | undefined,
  version: string,
  log: Log,
): Promise<Tracing | undefined> {
  if (settings === undefined) return undefined;
  const { OpenTelemetryTracing } = await import('./open-telemetry.ts');
  return new OpenTelemetryTracing(settings, version, log);
}
