/** Ordinary webhooks, one after the other, while something else happens to the service: how long each took. */
import { anyCall } from '../calls.ts';
import { deliver } from '../e2e/service-process.ts';

const PAUSE_MS = 40;

export class Heartbeat {
  readonly #url: string;
  readonly #beats: { readonly id: string; readonly ms: number; readonly status: number }[] = [];
  #isStopped = false;
  readonly #ended: Promise<void>;

  /** `first`: the index of its first call. */
  constructor(url: string, first: number) {
    this.#url = url;
    this.#ended = this.#beat(first);
  }

  /** How many have been answered. */
  get count(): number {
    return this.#beats.length;
  }

  async stop() {
    this.#isStopped = true;
    await this.#ended;
    const times = this.#beats.map(({ ms }) => ms).toSorted((a, b) => a - b);
    return {
      ids: this.#beats.map(({ id }) => id),
      statuses: new Set(this.#beats.map(({ status }) => status)),
      medianMs: times[Math.floor(times.length / 2)]!,
    };
  }

  async #beat(first: number): Promise<void> {
    for (let index = first; !this.#isStopped; index++) {
      const event = anyCall(index);
      const at = performance.now();
      const { status } = await deliver(this.#url, event);
      this.#beats.push({ id: event.id, ms: performance.now() - at, status });
      await new Promise((next) => setTimeout(next, PAUSE_MS));
    }
  }
}
