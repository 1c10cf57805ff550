import { controlsOf } from '../kit/controls.ts';
import type { Control } from '../kit/scripted-server.ts';
import type { CampaignInput } from './account.ts';
import type { AlturSimulator } from './altur-simulator.ts';
import type { CallInput } from './call.ts';
import type { RecordingSettings } from './recording-settings.ts';
import type { Seed } from './seed.ts';
import { changeSettings, type SettingsInput } from './settings.ts';

type Driven = Omit<AlturSimulator, 'url' | 'apiUrl' | 'fault' | 'close' | 'waitFor'>;

/**
 * Another process drives the simulator by `GET /__state`, which answers campaigns and calls; `GET /__counts`, which
 * answers the requests by kind, the peak rate and the open streams; `GET /__events`, which answers the webhook event
 * of each call that has ended, or with `?id=` of one; `POST /__seed`, which takes `{"campaigns":[{"calls":100}]}`;
 * `POST /__campaign` and `POST /__call`, which takes `{"campaignId":…}` and what is known of the call; `POST /__end`,
 * which ends the call `{"id":…}`; `POST /__recording`, which takes `{"id":…,"format":…}`; `POST /__settings`;
 * `GET /__storage`, which answers the requests that the other origin got; `DELETE /__counts`.
 */
export function controls(simulator: () => Driven): Record<string, Control> {
  const common = controlsOf({
    state: () => ({ campaigns: simulator().campaigns(), calls: simulator().calls() }),
    seed: (body) => simulator().seed(body as Seed),
    changeSettings: (body) => changeSettings(simulator().settings, body as SettingsInput),
    commands: {
      recording: (body) => {
        const { id, ...settings } = body as { id: string } & Partial<RecordingSettings>;
        simulator().setRecording(id, settings);
      },
    },
  });
  return {
    ...common,
    'POST /__campaign': (body) => simulator().addCampaign(body as CampaignInput),
    'POST /__call': (body) => {
      const { campaignId, ...call } = body as CallInput & { campaignId?: string };
      return simulator().addCall(campaignId, call);
    },
    'POST /__end': (body) => {
      const { id, ...call } = body as CallInput & { id: string };
      return simulator().endCall(id, call);
    },
    'GET /__events': (_, query) => {
      const id = query.get('id');
      return id === null ? simulator().webhookEvents() : simulator().webhookEvent(id);
    },
    'GET /__counts': () => {
      const { counts, peakRate, openStreams, sentBytes, rateLimited } = simulator();
      return {
        ...counts(),
        peakRate: peakRate(),
        rateLimited: rateLimited(),
        openStreams: openStreams(),
        sentBytes: sentBytes(),
      };
    },
    'DELETE /__counts': () => {
      simulator().clearRequests();
      return {};
    },
    'GET /__storage': () => simulator().storage.requests,
  };
}
