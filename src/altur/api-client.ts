/** Altur's API: https://docs.altur.io/api-reference/first-steps */
import type { AlturCalls, Campaign, ListedCall, Pace, TimeWindow } from './altur-calls.ts';
import {
  eventOfApiCall,
  isWhole,
  mergeCall,
  spanOf,
  threadIdOf,
  transcriptIn,
  whyUnusable,
} from './api-call.ts';
import { AlturApiError, callUnknown, callUnusable } from './api-error.ts';
import { type AlturApiSettings, type Answer, ApiRequests, pathPart } from './api-request.ts';
import { CampaignCalls } from './campaign-calls.ts';
import { listCampaigns } from './campaigns.ts';
import type { CallEvent } from './event.ts';
import type { Json } from './json.ts';
import { EvenPace } from './pace.ts';
import { type Turn, threadTranscript } from './thread-transcript.ts';

export class AlturApi implements AlturCalls {
  readonly #requests: ApiRequests;
  readonly #calls: CampaignCalls;

  /** `backoffMs`: before the second attempt of a request; more before each further one. */
  constructor(settings: AlturApiSettings, pace: Pace = new EvenPace(), backoffMs?: number) {
    this.#requests = new ApiRequests(settings, pace, backoffMs);
    this.#calls = new CampaignCalls(this.#requests);
  }

  campaigns(signal?: AbortSignal): AsyncIterable<readonly Campaign[]> {
    return listCampaigns(this.#requests, signal);
  }

  calls(campaignId: string, window: TimeWindow, signal?: AbortSignal): AsyncIterable<readonly ListedCall[]> {
    return this.#calls.list(campaignId, window, signal);
  }

  readEvent({ id, json }: ListedCall, signal?: AbortSignal): Promise<CallEvent> {
    return this.#read(id, json, signal);
  }

  /** What the list of its campaign would add to the call is not known here: its contact, extracted data and tags. */
  readCall(callId: string, signal?: AbortSignal): Promise<CallEvent> {
    return this.#read(callId, {}, signal);
  }

  async #read(callId: string, listed: Json, signal: AbortSignal | undefined): Promise<CallEvent> {
    const call = isWhole(listed) ? listed : mergeCall(listed, await this.#details(callId, signal));
    usable(callId, call);
    const transcript = transcriptIn(call) ?? (await this.#transcriptOfThread(callId, call, signal));
    const event = eventOfApiCall({ ...call, id: callId }, transcript, this.#requests.origin);
    if (!event) throw callUnusable('the call has another form than is documented');
    return event;
  }

  /** https://docs.altur.io/en/api-reference/calls/retrieve */
  async #details(callId: string, signal: AbortSignal | undefined): Promise<Json> {
    const part = pathPart(callId);
    const answer = part === undefined ? undefined : await this.#requests.get(`/call/${part}`, signal);
    if (answer === undefined || answer.status === 404) throw callUnknown();
    if (answer.status === 400) {
      throw callUnusable('it rejects the request for this call: check the id');
    }
    return usable(callId, answer.json);
  }

  /** https://docs.altur.io/api-reference/messages/retrieve */
  async #transcriptOfThread(
    callId: string,
    call: Json,
    signal: AbortSignal | undefined,
  ): Promise<readonly Turn[] | undefined> {
    const part = pathPart(threadIdOf(call) ?? '.');
    if (part === undefined) return undefined;
    const answer = await this.#messages(part, signal);
    return answer?.status === 200 ? threadTranscript(answer.json, callId, spanOf(call)) : undefined;
  }

  /** A key that has just read the call is right; it may lack the right to read messages, which costs the transcript. */
  async #messages(thread: string, signal: AbortSignal | undefined): Promise<Answer | undefined> {
    try {
      return await this.#requests.get(`/message/${thread}`, signal);
    } catch (error) {
      if (error instanceof AlturApiError && error.code === 'ALTUR_UNAUTHORIZED') return undefined;
      throw error;
    }
  }
}

function usable(callId: string, json: unknown): Json {
  const why = whyUnusable(callId, json);
  if (why !== undefined) throw callUnusable(why);
  return json as Json;
}
