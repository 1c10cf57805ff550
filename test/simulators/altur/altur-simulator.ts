/** What a test in the same process can do with a simulated account. */
import type { ScriptedServer } from '../kit/scripted-server.ts';
import type { Campaign, CampaignInput } from './account.ts';
import type { CallInput, SimulatedCall } from './call.ts';
import type { RecordingSettings } from './recording-settings.ts';
import type { RequestCounts } from './request-kind.ts';
import type { Seed, Seeded } from './seed.ts';
import type { Settings } from './settings.ts';
import type { WebhookEvent } from './webhook-event.ts';

export interface AlturSimulator extends ScriptedServer {
  /** As ALTUR_API_URL has it. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** May be changed at any time; groups such as `recording` are replaced as a whole. */
  readonly settings: Settings;
  /** The other origin, to which recordings may be redirected. Logs the headers that it got. */
  readonly storage: ScriptedServer;
  campaigns(): Campaign[];
  calls(): SimulatedCall[];
  addCampaign(campaign?: CampaignInput): Campaign;
  /** `campaignId` undefined: an inbound call, or one started through the API, which no list has. */
  addCall(campaignId: string | undefined, call?: CallInput): SimulatedCall;
  /** A call that goes on ends. */
  endCall(id: string, call?: CallInput): SimulatedCall;
  seed(seed: Seed): Seeded;
  /** How the recording of one call is served, instead of `settings.recording`. */
  setRecording(callId: string, settings: Partial<RecordingSettings>): void;
  /** What Altur would have posted when the call ended. */
  webhookEvent(callId: string): WebhookEvent;
  /** Of each call that has ended, in the order in which they were added. */
  webhookEvents(): WebhookEvent[];
  /** Requests since the log was cleared, refused ones and those with faults too. */
  counts(): RequestCounts;
  /** The most requests within any second, since the log was cleared, of those that the rate limit concerns. */
  peakRate(): number;
  /** Requests answered 429 for the rate. */
  rateLimited(): number;
  /** Recordings that are being sent, of both origins. */
  openStreams(): number;
  sentBytes(): number;
}
