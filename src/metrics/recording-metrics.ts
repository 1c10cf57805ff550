/** Recordings that are listened to. */
import { Counter, Gauge, type Registry } from 'prom-client';

const RESULTS = [
  'whole',
  'part',
  'unsatisfiable',
  'invalid_link',
  'expired_link',
  'not_ready',
  'unauthorized',
  'rate_limited',
  'unavailable',
  'unusable',
  'busy',
  'broken',
  'stalled',
  'left',
] as const;

export type RecordingResult = (typeof RESULTS)[number];

export interface RecordingMetrics {
  /** A request for a recording is over. */
  recordingRequest(result: RecordingResult): void;
  /** Requests that are being answered now. */
  recordingStreams(count: number): void;
  /** Sent to a listener. */
  recordingBytes(count: number): void;
}

export function recordingMetrics(registry: Registry): RecordingMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'altur_recording_requests_total',
    help: 'Requests for recordings, by the result',
    labelNames: ['result'],
    registers,
  });
  // Prometheus sees no increase from nothing to 1.
  for (const result of RESULTS) requests.inc({ result }, 0);
  const streams = new Gauge({
    name: 'altur_recording_streams',
    help: 'Recordings that are being streamed, or asked for at Altur, now',
    registers,
  });
  const bytes = new Counter({
    name: 'altur_recording_bytes_total',
    help: 'Bytes of recordings that were sent to listeners',
    registers,
  });
  return {
    recordingRequest: (result) => requests.inc({ result }),
    recordingStreams: (count) => streams.set(count),
    recordingBytes: (count) => bytes.inc(count),
  };
}
