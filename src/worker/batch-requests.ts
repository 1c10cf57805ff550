/**
 * The requests that a batch sends to the CRM, attributed to it by the async context they are sent in: a connector knows
 * nothing of batches, and several may be in flight.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestObserver } from '../../connectors/connector.ts';

export interface BatchRequest {
  readonly method: string;
  readonly endpoint: string;
  /** Absent when no response came. */
  readonly status?: number;
  readonly ms: number;
}

/** A batch takes few; one that is bisected sends many, of which the first show what happens. */
const MAX_REQUESTS = 12;

export class BatchRequests {
  readonly #batches = new AsyncLocalStorage<BatchRequest[]>();

  /** For the connector. */
  readonly observe: RequestObserver = ({ method, endpoint }) => {
    const requests = this.#batches.getStore();
    const sentAt = performance.now();
    return ({ status }) => {
      if (requests === undefined || requests.length >= MAX_REQUESTS) return;
      const ms = Math.round(performance.now() - sentAt);
      requests.push({ method, endpoint, ms, ...(status !== undefined && { status }) });
    };
  };

  /** Answers what `batch` answers, and the requests it sent. */
  async of<T>(batch: () => Promise<T>): Promise<{ result: T; requests: readonly BatchRequest[] }> {
    const requests: BatchRequest[] = [];
    const result = await this.#batches.run(requests, batch);
    return { result, requests };
  }
}
