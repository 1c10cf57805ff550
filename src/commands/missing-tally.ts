/** What a dry run would cost, and what is missing by day and campaign. */
import type { ListedCall } from '../altur/altur-calls.ts';
import { REQUEST_INTERVAL_MS } from '../altur/pace.ts';
import { spanText } from './reconcile-progress.ts';

export interface MissingCount {
  /** Of UTC, `2026-11-25`; `unknown` where Altur does not say when a call was created. */
  readonly day: string;
  readonly campaign: string;
  readonly calls: number;
}

export interface Estimate {
  readonly alturRequests: number;
  readonly crmRequests: number;
  readonly seconds: number;
}

/** Details and thread of a call. */
const ALTUR_REQUESTS_PER_CALL = 2;
/** What a batch of new people takes on HubSpot; one of known people takes 3, and on Salesforce it is less. */
const CRM_REQUESTS_PER_BATCH = 8;

export class MissingTally {
  readonly #counts = new Map<string, number>();

  add({ createdAt }: ListedCall, campaign: string): void {
    const day = createdAt === undefined ? 'unknown' : new Date(createdAt).toISOString().slice(0, 10);
    const key = `${day} ${campaign}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  get rows(): readonly MissingCount[] {
    return [...this.#counts]
      .map(([key, calls]) => ({
        day: key.split(' ', 1)[0]!,
        campaign: key.slice(key.indexOf(' ') + 1),
        calls,
      }))
      .toSorted((a, b) => a.day.localeCompare(b.day) || a.campaign.localeCompare(b.campaign));
  }

  estimate(batchSize: number): Estimate {
    const calls = this.rows.reduce((sum, row) => sum + row.calls, 0);
    const alturRequests = calls * ALTUR_REQUESTS_PER_CALL;
    return {
      alturRequests,
      crmRequests: Math.ceil(calls / batchSize) * CRM_REQUESTS_PER_BATCH,
      seconds: Math.ceil((alturRequests * REQUEST_INTERVAL_MS) / 1_000),
    };
  }

  text(batchSize: number): string {
    if (this.#counts.size === 0) return '';
    const rows = this.rows.map(
      ({ day, campaign, calls }) => `  ${day}  campaign ${campaign}: ${calls} missing`,
    );
    const { alturRequests, crmRequests, seconds } = this.estimate(batchSize);
    const cost = `to write them takes at most ${alturRequests} requests to Altur, about ${crmRequests} to the CRM, and ${spanText(seconds)}`;
    return `${[...rows, cost].join('\n')}\n`;
  }
}
