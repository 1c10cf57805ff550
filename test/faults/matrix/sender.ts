/**
 * Delivers as Altur does: signed, up to five times with exponential backoff after anything but a 200 or when no answer
 * comes within ten seconds. https://docs.altur.io/api-reference/webhooks/overview
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sign } from '../../../src/altur/signature.ts';
import { SECRET } from '../../e2e/service-process.ts';

const TRIES = 5;
const TIMEOUT_MS = 10_000;

export class Sender {
  /** Where the next delivery goes. */
  readonly #door: () => string;
  readonly #firstBackoffMs: number;
  /** All deliveries, and those that were answered 200. */
  deliveries = 0;
  accepted = 0;

  constructor(door: () => string, firstBackoffMs: number) {
    this.#door = door;
    this.#firstBackoffMs = firstBackoffMs;
  }

  /** False when it was refused five times: Altur gives up. */
  async send(event: object): Promise<boolean> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      if (await this.#deliver(event)) return true;
      if (attempt < TRIES) await delay(this.#firstBackoffMs * 2 ** (attempt - 1));
    }
    return false;
  }

  async #deliver(event: object): Promise<boolean> {
    this.deliveries += 1;
    const body = JSON.stringify(event);
    const headers = { 'content-type': 'application/json', 'x-altur-signature': sign(body, SECRET, 'hex') };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const url = `${this.#door()}/webhooks/altur/on-call-end`;
      const response = await fetch(url, { method: 'POST', headers, body, signal });
      await response.arrayBuffer();
      if (response.status === 200) this.accepted += 1;
      return response.status === 200;
    } catch {
      // Refused, cut or without an answer.
      return false;
    }
  }
}
