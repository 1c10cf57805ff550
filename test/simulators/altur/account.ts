/** What the account has: campaigns, their calls, and the calls of no campaign. */
import { ApiError, notFound } from './api-error.ts';
import type { CallInput, SimulatedCall } from './call.ts';
import { newCall } from './new-call.ts';
import type { RecordingSettings } from './recording-settings.ts';
import type { Settings } from './settings.ts';

export type CampaignStatus = 'pending' | 'ready' | 'active' | 'inactive' | 'cooldown' | 'finished';

export interface Campaign {
  /** As text; the API may write it as a number. */
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly integration: 'phone_call' | 'whatsapp';
  readonly createdAt: number;
}

export type CampaignInput = Partial<Campaign>;

export class Account {
  readonly settings: Settings;
  readonly #campaigns = new Map<string, Campaign>();
  readonly #calls = new Map<string, SimulatedCall>();
  /** Call ids by campaign, in the order in which they were added. */
  readonly #callIds = new Map<string, string[]>();
  readonly #recordings = new Map<string, Partial<RecordingSettings>>();
  #added = 0;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  addCampaign(given: CampaignInput = {}): Campaign {
    const number = this.#campaigns.size + 1;
    const id = this.settings.campaignIds === 'text' ? `cmp_${number}` : String(4_000 + number);
    const campaign: Campaign = {
      id,
      name: `Cobranza ${number}: tarjetas vencidas`,
      status: 'active',
      integration: 'phone_call',
      createdAt: Date.UTC(2026, 0, number),
      ...given,
    };
    this.#campaigns.set(campaign.id, campaign);
    this.#callIds.set(campaign.id, []);
    return campaign;
  }

  /** `campaignId` undefined: an inbound call, or one that was started through the API. */
  addCall(campaignId: string | undefined, given: CallInput = {}): SimulatedCall {
    const call = newCall(this.#added++, campaignId, given);
    if (this.#calls.has(call.id)) throw new Error(`there is a call ${call.id} already`);
    if (campaignId !== undefined) this.#idsOf(campaignId).push(call.id);
    this.#calls.set(call.id, call);
    return call;
  }

  /** A call that goes on comes to its end, with all that is known then only. */
  endCall(id: string, given: CallInput = {}): SimulatedCall {
    const { campaignId, contact, createdAt, startedAt, from, to, type, agent } = this.call(id);
    const kept = { contact, createdAt, from, to, type, agent, ...(startedAt !== undefined && { startedAt }) };
    const call = newCall(this.#added++, campaignId, { status: 'ended', ...kept, ...given, id });
    this.#calls.set(id, call);
    return call;
  }

  campaigns(): Campaign[] {
    return [...this.#campaigns.values()];
  }

  /** In no order. */
  callsOf(campaignId: string): SimulatedCall[] {
    return this.#idsOf(campaignId).map((id) => this.#calls.get(id)!);
  }

  calls(): SimulatedCall[] {
    return [...this.#calls.values()];
  }

  call(id: string): SimulatedCall {
    const call = this.#calls.get(id);
    if (!call) throw notFound('Call');
    return call;
  }

  threadOf({ id, contact, agent }: SimulatedCall): string {
    return this.settings.threads === 'per-call' ? `thr_${id}` : `thr_${agent.id.slice(0, 8)}_${contact.id}`;
  }

  callsOfThread(threadId: string): SimulatedCall[] {
    const calls = this.calls().filter((call) => this.threadOf(call) === threadId);
    if (calls.length === 0) throw notFound('Thread');
    return calls;
  }

  recordingOf(callId: string): RecordingSettings {
    return { ...this.settings.recording, ...this.#recordings.get(callId) };
  }

  setRecording(callId: string, given: Partial<RecordingSettings>): void {
    this.#recordings.set(this.call(callId).id, { ...this.#recordings.get(callId), ...given });
  }

  #idsOf(campaignId: string): string[] {
    const ids = this.#callIds.get(campaignId);
    if (!ids) throw new ApiError(404, 'Campaign not found');
    return ids;
  }
}
