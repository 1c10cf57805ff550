/**
 * A simulated account of Altur: campaigns, calls, messages and recordings, as far as https://docs.altur.io could be
 * read. What is not documented, or differs between its pages, is a setting.
 */
import { type ScriptedServer, startScriptedServer } from '../kit/scripted-server.ts';
import { Account } from './account.ts';
import type { AlturSimulator } from './altur-simulator.ts';
import { hasEnded, type SimulatedCall } from './call.ts';
import { controls } from './controls.ts';
import { Endpoint } from './endpoint.ts';
import { RateLimit } from './rate-limit.ts';
import { Recordings } from './recordings.ts';
import { API_PATH, countKinds } from './request-kind.ts';
import { type Seed, seed } from './seed.ts';
import { type SettingsInput, settingsOf } from './settings.ts';
import { startStorage } from './storage.ts';
import { webhookEventOf } from './webhook-event.ts';

export interface AlturOptions extends SettingsInput {
  readonly port?: number;
  readonly seed?: Seed;
}

export async function startAltur(options: AlturOptions = {}): Promise<AlturSimulator> {
  const { port = 0, seed: seeds = {}, ...given } = options;
  const settings = settingsOf(given);
  const account = new Account(settings);
  const rateLimit = new RateLimit(settings);
  const recordings: Recordings = new Recordings(account, () => storage.url);
  const storage = await startStorage(recordings);
  const endpoint = new Endpoint({ account, recordings, rateLimit, origin: () => server.url });
  const server: ScriptedServer = await startScriptedServer((request) => endpoint.handle(request), {
    port,
    latencyMs: () => settings.latencyMs,
    controls: controls(() => simulator),
  });
  const eventOf = (call: SimulatedCall) => webhookEventOf(call, settings, server.url);
  const simulator: AlturSimulator = {
    ...server,
    ...{ settings, storage, apiUrl: server.url + API_PATH, apiKey: settings.apiKey },
    campaigns: () => account.campaigns(),
    calls: () => account.calls(),
    addCampaign: (campaign) => account.addCampaign(campaign),
    addCall: (campaignId, call) => account.addCall(campaignId, call),
    endCall: (id, call) => account.endCall(id, call),
    seed: (records) => seed(account, records),
    setRecording: (callId, recording) => account.setRecording(callId, recording),
    webhookEvent: (callId) => eventOf(account.call(callId)),
    webhookEvents: () => account.calls().filter(hasEnded).map(eventOf),
    counts: () => countKinds(server.requests),
    peakRate: () => rateLimit.peak,
    rateLimited: () => rateLimit.refused,
    openStreams: () => recordings.open,
    sentBytes: () => recordings.sentBytes,
    clearRequests() {
      server.clearRequests();
      storage.clearRequests();
      rateLimit.forget();
    },
    async close() {
      await Promise.all([server.close(), storage.close()]);
    },
  };
  seed(account, seeds);
  return simulator;
}
