/** Serves recordings as their settings say, from this origin or from another one. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../kit/fault-injection.ts';
import { type HttpRequest, jsonResponse, type ResponseHeaders } from '../kit/http-message.ts';
import type { Account } from './account.ts';
import { ApiError, notFound } from './api-error.ts';
import { byteRangeOf } from './byte-range.ts';
import type { RecordingBytes } from './recording-bytes.ts';
import { recordingContent } from './recording-content.ts';
import type { RecordingSettings } from './recording-settings.ts';
import { FILES_PATH } from './request-kind.ts';

const PIECE_BYTES = 65_536;
/** How often a slow stream sends. */
const SLOW_MS = 100;

export class Recordings {
  readonly #account: Account;
  readonly #otherOrigin: () => string;
  readonly #askedFor = new Map<string, number>();
  #open = 0;
  #sent = 0;

  constructor(account: Account, otherOrigin: () => string) {
    this.#account = account;
    this.#otherOrigin = otherOrigin;
  }

  /** Responses that are being sent. */
  get open(): number {
    return this.#open;
  }

  /** Bytes that clients took, or their buffers. */
  get sentBytes(): number {
    return this.#sent;
  }

  /** `GET /call/{id}/recording` */
  answer(callId: string, request: HttpRequest): Answer {
    const call = this.#account.call(callId);
    const settings = this.#account.recordingOf(callId);
    if (!call.hasRecording || this.#isNotReady(callId, settings)) throw notFound('Recording');
    if (request.method === 'HEAD' && settings.head === 'refused') {
      throw new ApiError(405, 'Method not allowed', { Allow: 'GET' });
    }
    if (settings.redirect === 'none') return this.file(callId, request);
    const id = encodeURIComponent(callId);
    const location =
      settings.redirect === 'same-origin'
        ? `${FILES_PATH}/${id}`
        : `${this.#otherOrigin()}/recordings/${id}?X-Signature=${signatureOf(callId)}`;
    return jsonResponse(302, {}, { Location: location });
  }

  /** What another origin serves to all who have a signed address. */
  signedFile(callId: string, signature: string | null, request: HttpRequest): Answer {
    if (signature !== signatureOf(callId)) throw new ApiError(403, 'Signature does not match');
    return this.file(callId, request);
  }

  /** The bytes themselves. */
  file(callId: string, request: HttpRequest): Answer {
    const settings = this.#account.recordingOf(callId);
    const content = recordingContent(settings);
    const range = settings.ranges ? byteRangeOf(request.headers.range, content.size) : undefined;
    if (range === 'unsatisfiable') {
      throw new ApiError(416, 'Range not satisfiable', { 'Content-Range': `bytes */${content.size}` });
    }
    const { from, to } = range ?? { from: 0, to: content.size };
    const headers: ResponseHeaders = {
      ...typeHeader(settings, content),
      ...(settings.ranges && { 'Accept-Ranges': 'bytes' }),
      ...(range && { 'Content-Range': `bytes ${from}-${to - 1}/${content.size}` }),
      ...(settings.length && { 'Content-Length': String(to - from) }),
    };
    const stream = (closed: AbortSignal) => this.#pieces(content, from, to, settings, closed);
    return { status: range ? 206 : 200, headers, stream };
  }

  async *#pieces(
    content: RecordingBytes,
    from: number,
    to: number,
    { bytesPerSecond, breaksAfter = Infinity, hangsAfter = Infinity }: RecordingSettings,
    closed: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const most = bytesPerSecond ? Math.max(Math.round((bytesPerSecond * SLOW_MS) / 1_000), 1) : PIECE_BYTES;
    const end = Math.min(to, from + breaksAfter, from + hangsAfter);
    this.#open += 1;
    try {
      for (let at = from; at < end; ) {
        const piece = content.read(at, Math.min(most, end - at));
        at += piece.length;
        this.#sent += piece.length;
        yield piece;
        if (bytesPerSecond) await delay(SLOW_MS, undefined, { signal: closed });
      }
      if (end === to) return;
      if (hangsAfter <= breaksAfter) await aborted(closed);
      throw new Error('the connection breaks here');
    } finally {
      this.#open -= 1;
    }
  }

  #isNotReady(callId: string, { notReady }: RecordingSettings): boolean {
    const before = this.#askedFor.get(callId) ?? 0;
    this.#askedFor.set(callId, before + 1);
    return notReady === 'always' || before < notReady;
  }
}

function typeHeader({ contentType }: RecordingSettings, { type }: RecordingBytes): ResponseHeaders {
  if (contentType === 'none') return {};
  return { 'Content-Type': contentType === 'of the format' ? type : contentType };
}

function signatureOf(callId: string): string {
  return Buffer.from(`signed ${callId}`).toString('hex');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
