/** An ingress that serves recordings of an API, in this process. */
import { createApp } from '../../src/ingress/app.ts';
import { startServer } from '../../src/ingress/server.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { AlturRecordings, type RecordingTimes } from '../../src/recordings/altur-recordings.ts';
import { RecordingLinks } from '../../src/recordings/recording-links.ts';
import type { StreamParts } from '../../src/recordings/recording-streams.ts';
import { recordings } from '../../src/recordings/recordings.ts';
import { recordingLog } from '../recording-log.ts';

export const API_KEY = 'the-key-of-altur';

export interface RecordingIngressOptions extends Partial<RecordingTimes> {
  readonly maxStreams?: number;
  readonly stalledMs?: number;
  readonly language?: StreamParts['language'];
  readonly ttlMs?: number;
}

export type RecordingIngress = Awaited<ReturnType<typeof startRecordings>>;

/** `origin`: of the API. */
export async function startRecordings(origin: string, options: RecordingIngressOptions = {}) {
  const { headersMs = 15_000, idleMs = 30_000, countMs = 20_000, ttlMs } = options;
  const { maxStreams = 256, stalledMs = 120_000, language = 'en' } = options;
  const log = recordingLog();
  const metrics = createMetrics();
  const altur = new AlturRecordings(
    { apiUrl: `${origin}/api/v1.0`, apiKey: API_KEY },
    { headersMs, idleMs, countMs },
  );
  const settings = {
    secrets: ['a secret of links'],
    isDerived: false,
    ...(ttlMs !== undefined && { ttlMs }),
  };
  const links = new RecordingLinks({ publicUrl: 'http://placeholder', ...settings });
  const pages = [recordings({ links, altur, log, metrics, language, maxStreams, stalledMs })];
  const readiness = async () => [];
  const exposition = async () => ({ contentType: 'text/plain', text: '' });
  const server = await startServer(createApp({ readiness, exposition, log, pages }), 0);
  return {
    url: server.url,
    port: server.port,
    log,
    /** What is signed for this call, `now`. */
    linkTo: (callId: string, now?: number) =>
      links.linkTo(callId, now).replace('http://placeholder', server.url),
    async count(metric: string): Promise<number> {
      const text = await metrics.render(undefined);
      const line = text.split('\n').find((each) => each.startsWith(`${metric} `));
      return Number(line?.slice(metric.length));
    },
    async close() {
      await server.close();
      altur.close();
    },
  };
}

export const results = (result: string) => `altur_recording_requests_total{result="${result}"}`;
