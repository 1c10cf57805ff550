/** What a reconcile needs of Altur: the campaigns, the calls of each, and a call as the event its webhook would have sent. */
import type { CallEvent } from './event.ts';

export interface Campaign {
  readonly id: string;
  readonly name?: string;
  /** As Altur says it: pending, ready, active, inactive, cooldown, finished. */
  readonly status?: string;
}

/** A call in the list of its campaign. */
export interface ListedCall {
  readonly id: string;
  /** ms since the epoch; absent where the API says nothing that can be read as a time. */
  readonly createdAt?: number;
  readonly endedAt?: number;
  /** False: it is still going on, and its webhook is to come. */
  readonly hasEnded: boolean;
  /** As the API gave it. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** By when calls were created, ms since the epoch; `to` is not part of it. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Every method waits its turn, tries again what may succeed, and throws AlturApiError. */
export interface AlturCalls {
  /** Page by page, each campaign once. */
  campaigns(signal?: AbortSignal): AsyncIterable<readonly Campaign[]>;
  /** Page by page, each call once, although pages shift while calls are added. */
  calls(campaignId: string, window: TimeWindow, signal?: AbortSignal): AsyncIterable<readonly ListedCall[]>;
  /** Costs two requests at most. The transcript is part of it where the API has one of this call alone. */
  readEvent(call: ListedCall, signal?: AbortSignal): Promise<CallEvent>;
}

/** Spaces requests out: resolves when the next one may be sent. Rejects when aborted. */
export interface Pace {
  turn(signal?: AbortSignal): Promise<void>;
}
