/**
 * Opens recordings at Altur's API, whole or in part. A part is to be had whatever the API can do: its own ranges are
 * used where its answer is the part that was asked for; otherwise the whole is read and what comes before is left out.
 * Where the API does not say how long a recording is, it is read through once to count its bytes.
 *
 * Every answer that is opened here is read to its end, cancelled, or ended by `signal`.
 */
import type { IncomingMessage } from 'node:http';
import { type AnsweredPart, lengthOf, partOf } from './answered-part.ts';
import { type ByteRange, formatRange, type RangeRequest, resolveRange } from './byte-range.ts';
import { ChunkTurns } from './chunk-turns.ts';
import { declaredMediaType } from './media-type.ts';
import { openBody } from './opened-body.ts';
import { type Chunks, type Reading, sliceOf } from './recording-chunks.ts';
import { RecordingFactsCache } from './recording-facts.ts';
import { faultOfStatus, notReady } from './recording-fault.ts';
import { RecordingRequests } from './recording-request.ts';
import { recordingUrl } from './recording-url.ts';
import { ifRangeHolds, type Validators, validatorsOf } from './validators.ts';

export interface RecordingTimes {
  /** Until the API's headers are there. */
  readonly headersMs: number;
  /** Between two chunks of the API. */
  readonly idleMs: number;
  /** For counting the bytes of a recording. */
  readonly countMs: number;
}

export interface WantedPart {
  readonly range?: RangeRequest | undefined;
  readonly ifRange?: string | undefined;
}

export interface OpenRecording {
  readonly mediaType: string;
  readonly validators: Validators;
  /** Of the whole, in bytes; absent where it is not known. */
  readonly total?: number;
  /** False where a part cannot be answered. */
  readonly hasRanges: boolean;
  /** Absent: the whole is answered. */
  readonly part?: ByteRange;
  readonly chunks: Chunks;
  /** Instead of reading the chunks. */
  cancel(): void;
}

/** No byte is in the part that was asked for. */
export interface UnsatisfiableRange {
  readonly unsatisfiable: true;
  readonly total: number;
}

const MAX_COUNTED_BYTES = 512 * 1_048_576;

export class AlturRecordings {
  readonly #apiUrl: string;
  readonly #countMs: number;
  readonly #reading: Reading;
  readonly #requests: RecordingRequests;
  readonly #facts = new RecordingFactsCache();

  constructor({ apiUrl, apiKey }: { apiUrl: string; apiKey: string }, times: RecordingTimes) {
    this.#apiUrl = apiUrl.replace(/\/+$/, '');
    this.#countMs = times.countMs;
    this.#reading = { idleMs: times.idleMs, turns: new ChunkTurns() };
    this.#requests = new RecordingRequests({ apiUrl, apiKey }, times.headersMs);
  }

  /** Throws RecordingFault, or as `signal` says. */
  async open(
    callId: string,
    wanted: WantedPart,
    signal: AbortSignal,
  ): Promise<OpenRecording | UnsatisfiableRange> {
    const { range, ifRange } = wanted;
    if (range) {
      const answer = await this.#get(callId, formatRange(range), signal);
      if (answer.statusCode === 200) return this.#fromWhole(callId, answer, wanted, signal);
      const part = partOf(answer, range);
      if (part && ifRangeHolds(ifRange, validatorsOf(answer.headers))) {
        return this.#fromPart(callId, answer, part, signal);
      }
      // Another part than was asked for, or a part of another version.
      answer.destroy();
    }
    return this.#fromWhole(callId, await this.#get(callId, undefined, signal), wanted, signal);
  }

  close(): void {
    this.#requests.close();
  }

  /** 200, or with a range 206 and 416 as well. */
  async #get(callId: string, range: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const url = recordingUrl(this.#apiUrl, callId);
    if (!url) throw notReady('the call id is none of Altur’s');
    const answer = await this.#requests.get(url, range, signal);
    const status = answer.statusCode!;
    if (status === 200 || (range !== undefined && (status === 206 || status === 416))) return answer;
    answer.destroy();
    throw faultOfStatus(status, answer.headers['retry-after']);
  }

  async #fromPart(
    callId: string,
    answer: IncomingMessage,
    { part, total }: AnsweredPart,
    signal: AbortSignal,
  ): Promise<OpenRecording | UnsatisfiableRange> {
    if (!part) {
      answer.destroy();
      return { unsatisfiable: true, total };
    }
    const validators = validatorsOf(answer.headers);
    const mediaType = part.first === 0 ? undefined : await this.#kindOf(callId, answer, signal);
    const body = await openBody(answer, this.#reading, mediaType);
    if (part.first === 0) this.#facts.add(callId, { validators, mediaType: body.mediaType });
    const chunks = sliceOf(body.chunks, 0, part.last - part.first + 1);
    return { ...opened(answer, body.mediaType), total, hasRanges: true, part, chunks };
  }

  /** The bytes that tell are not in a later part. */
  async #kindOf(callId: string, answer: IncomingMessage, signal: AbortSignal): Promise<string> {
    const known =
      declaredMediaType(answer.headers['content-type']) ??
      this.#facts.get(callId, validatorsOf(answer.headers))?.mediaType;
    if (known !== undefined) return known;
    const start = await this.#get(callId, undefined, signal);
    const { mediaType } = await openBody(start, this.#reading);
    start.destroy();
    this.#facts.add(callId, { validators: validatorsOf(answer.headers), mediaType });
    return mediaType;
  }

  /** Serves the part, or the whole, from an answer with the whole. */
  async #fromWhole(
    callId: string,
    answer: IncomingMessage,
    wanted: WantedPart,
    signal: AbortSignal,
    isCounted = false,
  ): Promise<OpenRecording | UnsatisfiableRange> {
    const validators = validatorsOf(answer.headers);
    const range = ifRangeHolds(wanted.ifRange, validators) ? wanted.range : undefined;
    const body = await openBody(answer, this.#reading);
    const total = lengthOf(answer) ?? this.#facts.get(callId, validators)?.total;
    // After counting it is unknown where every answer is another version.
    if (total === undefined && range && !isCounted) {
      await this.#count(callId, validators, body.chunks);
      return this.#fromWhole(callId, await this.#get(callId, undefined, signal), wanted, signal, true);
    }
    const whole = { ...opened(answer, body.mediaType), hasRanges: total !== 'unknown' };
    if (typeof total !== 'number') return { ...whole, chunks: body.chunks };
    const part = range ? resolveRange(range, total) : { first: 0, last: total - 1 };
    if (!part) {
      answer.destroy();
      return { unsatisfiable: true, total };
    }
    const watched = this.#watched(callId, body.chunks, total);
    const chunks = this.#checked(callId, sliceOf(watched, part.first, part.last - part.first + 1));
    return { ...whole, total, chunks, ...(range && { part }) };
  }

  /** A number of bytes that turns out to be wrong is not used again. */
  async *#checked(callId: string, chunks: Chunks): Chunks {
    try {
      yield* chunks;
    } catch (error) {
      this.#facts.delete(callId);
      throw error;
    }
  }

  /** More bytes than were counted: it has grown since, and would be cut off as long as the count is used. */
  async *#watched(callId: string, chunks: Chunks, total: number): Chunks {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > total) this.#facts.delete(callId);
      yield chunk;
    }
  }

  async #count(callId: string, validators: Validators, chunks: Chunks): Promise<void> {
    const until = Date.now() + this.#countMs;
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes <= MAX_COUNTED_BYTES && Date.now() <= until) continue;
      this.#facts.add(callId, { validators, total: 'unknown' });
      return;
    }
    this.#facts.add(callId, { validators, total: bytes });
  }
}

function opened(answer: IncomingMessage, mediaType: string) {
  return { mediaType, validators: validatorsOf(answer.headers), cancel: () => void answer.destroy() };
}
