/** What was found out about recordings, for as long as it is likely to be asked again: a player sends several requests. */
import type { Validators } from './validators.ts';

export interface RecordingFacts {
  readonly validators: Validators;
  readonly mediaType?: string;
  /** Of the whole, in bytes; 'unknown' where counting took too long. */
  readonly total?: number | 'unknown';
}

const KEPT_MS = 10 * 60_000;
/** Beyond it the one that was used least recently is forgotten. */
const MAX_RECORDINGS = 1_000;

export class RecordingFactsCache {
  readonly #entries = new Map<string, RecordingFacts & { readonly until: number }>();

  /** Of the version with these validators. */
  get(callId: string, validators: Validators): RecordingFacts | undefined {
    const found = this.#entries.get(callId);
    if (!found || found.until < Date.now() || !isSame(found.validators, validators)) return undefined;
    this.#entries.delete(callId);
    this.#entries.set(callId, found);
    return found;
  }

  add(callId: string, facts: RecordingFacts): void {
    const entry = { ...this.get(callId, facts.validators), ...facts, until: Date.now() + KEPT_MS };
    this.#entries.delete(callId);
    this.#entries.set(callId, entry);
    if (this.#entries.size > MAX_RECORDINGS) this.#entries.delete(this.#entries.keys().next().value!);
  }

  delete(callId: string): void {
    this.#entries.delete(callId);
  }
}

function isSame(one: Validators, other: Validators): boolean {
  return one.etag === other.etag && one.lastModified === other.lastModified;
}
