/**
 * Answers requests for recordings whose link was checked. Invariants: at most `maxStreams` are answered at once; when
 * a listener leaves, the request to Altur ends with them, also while its headers are waited for; a recording that
 * breaks off never looks complete.
 */
import type { Request, Response } from 'express';
import type { RecordingMetrics, RecordingResult } from '../metrics/recording-metrics.ts';
import type { AlturRecordings, OpenRecording, UnsatisfiableRange } from './altur-recordings.ts';
import { formatContentRange, parseRange } from './byte-range.ts';
import type { FaultLog } from './fault-log.ts';
import { contentDisposition } from './file-name.ts';
import { ListenerLeft, ListenerStalled, sendChunks } from './listener.ts';
import { sendNotice } from './notice-page.ts';
import type { Language } from './notice-texts.ts';
import { RecordingFault } from './recording-fault.ts';

/** Recordings do not change; an hour keeps a revoked link from playing for long. */
const CACHE_CONTROL = 'private, max-age=3600, no-transform';
/** Nothing of it is ever a page: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/sandbox */
const POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

export interface StreamParts {
  readonly altur: Pick<AlturRecordings, 'open'>;
  readonly metrics: RecordingMetrics;
  /** For readers whose browser prefers neither language. */
  readonly language: Language;
  /** How many are streamed at once; further ones are told to try again. */
  readonly maxStreams: number;
  /** A listener who takes nothing for longer is cut off. */
  readonly stalledMs: number;
}

export class RecordingStreams {
  readonly #parts: StreamParts;
  readonly #log: FaultLog;
  #open = 0;

  constructor(parts: StreamParts, log: FaultLog) {
    this.#parts = parts;
    this.#log = log;
  }

  /** Rejects for a defect of this software alone. */
  async answer(callId: string, request: Request, response: Response): Promise<void> {
    const { metrics } = this.#parts;
    const left = new AbortController();
    response.once('close', () => left.abort());
    metrics.recordingStreams(++this.#open);
    try {
      metrics.recordingRequest(await this.#stream(callId, request, response, left.signal));
    } catch (error) {
      metrics.recordingRequest(this.#fail(callId, error, request, response, left.signal));
    } finally {
      metrics.recordingStreams(--this.#open);
      left.abort();
    }
  }

  async #stream(
    callId: string,
    request: Request,
    response: Response,
    signal: AbortSignal,
  ): Promise<RecordingResult> {
    const { altur, maxStreams, stalledMs, metrics } = this.#parts;
    if (this.#open > maxStreams) {
      throw new RecordingFault('busy', `${maxStreams} recordings are being streamed already`, {
        code: 'RECORDING_LIMIT',
      });
    }
    // Ranges are of GET alone: https://www.rfc-editor.org/rfc/rfc9110#section-14.2
    const range = request.method === 'GET' ? parseRange(request.get('range')) : undefined;
    const found = await altur.open(callId, { range, ifRange: request.get('if-range') }, signal);
    if ('unsatisfiable' in found) {
      sendUnsatisfiable(found, response);
      return 'unsatisfiable';
    }
    setHead(callId, found, response);
    if (request.method === 'HEAD') {
      found.cancel();
      response.end();
    } else {
      await sendChunks(found.chunks, response, { stalledMs, signal, onSent: metrics.recordingBytes });
      response.end();
    }
    return found.part ? 'part' : 'whole';
  }

  #fail(
    callId: string,
    error: unknown,
    request: Request,
    response: Response,
    signal: AbortSignal,
  ): RecordingResult {
    if (signal.aborted || error instanceof ListenerLeft) return 'left';
    if (error instanceof ListenerStalled) {
      response.destroy();
      return 'stalled';
    }
    if (!(error instanceof RecordingFault)) {
      this.#parts.metrics.recordingRequest('broken');
      throw error;
    }
    this.#log.failed(callId, error);
    if (response.headersSent) {
      breakOff(response);
      return 'broken';
    }
    const notice = error.kind === 'broken' ? 'unavailable' : error.kind;
    const { retryAfterSeconds } = error;
    sendNotice(request, response, notice, { fallback: this.#parts.language, retryAfterSeconds });
    return error.kind;
  }
}

function setHead(callId: string, recording: OpenRecording, response: Response): void {
  const { mediaType, validators, total, part, hasRanges } = recording;
  const length = part ? part.last - part.first + 1 : total;
  response.status(part ? 206 : 200).set({
    'Cache-Control': CACHE_CONTROL,
    'Content-Disposition': contentDisposition(callId, mediaType),
    'Content-Security-Policy': POLICY,
    'Content-Type': mediaType,
    'Accept-Ranges': hasRanges ? 'bytes' : 'none',
    ...(length !== undefined && { 'Content-Length': `${length}` }),
    ...(part && {
      'Content-Range': formatContentRange({ range: part, ...(total !== undefined && { total }) }),
    }),
    ...(validators.etag !== undefined && { ETag: validators.etag }),
    ...(validators.lastModified !== undefined && { 'Last-Modified': validators.lastModified }),
  });
}

function sendUnsatisfiable({ total }: UnsatisfiableRange, response: Response): void {
  response
    .status(416)
    .set({
      'Cache-Control': 'no-store',
      'Content-Range': formatContentRange({ total }),
      'Accept-Ranges': 'bytes',
    })
    .end();
}

/** Where only the end of the connection tells the end of the recording, it must not look like one. */
function breakOff(response: Response): void {
  if (response.hasHeader('content-length') || response.chunkedEncoding) response.destroy();
  else response.socket?.resetAndDestroy();
}
