/** The simulated Altur of `--keep`: it knows the calls of the demo, and one more, whose event is lost. */
import { startAltur } from '../simulators/altur/altur.ts';
import { callOfEvent } from '../simulators/altur/webhook-event.ts';
import type { Call } from './calls.ts';

export interface DemoAltur {
  /** The environment variables of the service for it. */
  readonly env: Readonly<Record<string, string>>;
  /** Calls that have ended: their recordings can be heard from now on. */
  add(calls: readonly Call[]): void;
  close(): Promise<void>;
}

/** As long as the sample's call. */
const SECONDS = 45;

export async function startDemoAltur(): Promise<DemoAltur> {
  const altur = await startAltur({ recording: { seconds: SECONDS } });
  const campaign = altur.addCampaign();
  return {
    env: { ALTUR_API_URL: altur.apiUrl, ALTUR_API_KEY: altur.apiKey },
    add(calls) {
      for (const call of calls) altur.addCall(campaign.id, callOfEvent(call));
    },
    close: altur.close,
  };
}
