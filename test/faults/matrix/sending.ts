/** Sends the plan at an even pace, and keeps what was answered. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../random.ts';
import type { PlannedCall, Version } from './plan.ts';
import type { Sender } from './sender.ts';

export interface Pace {
  readonly callsPerSecond: number;
  /** Deliveries of each event at the same time. */
  readonly atOnce: number;
  /** A later version, and one more delivery of an event that was answered 200, follow within this time. */
  readonly laterMs: number;
}

export class Sending {
  /** Versions that were answered 200. */
  readonly accepted = new Set<Version>();
  readonly #sender: Sender;
  readonly #pace: Pace;
  readonly #random: Random;
  readonly #waiting = new Set<{ readonly share: number; readonly resolve: () => void }>();
  #callsBegun = 0;
  /** Versions that were sent, whatever was answered. */
  begun = 0;
  #total = 0;

  constructor(sender: Sender, pace: Pace, random: Random) {
    this.#sender = sender;
    this.#pace = pace;
    this.#random = random;
  }

  /** Resolves when each of these calls was answered 200, or given up. */
  async send(calls: readonly PlannedCall[]): Promise<void> {
    this.#total += calls.length;
    const startedAt = performance.now();
    await Promise.all(
      calls.map(async (call, index) => {
        const due = startedAt + (index * 1_000) / this.#pace.callsPerSecond;
        await delay(Math.max(0, due - performance.now()));
        this.#callsBegun += 1;
        this.#notify();
        await this.#sendCall(call);
      }),
    );
  }

  /** Resolves when this share of the calls is being sent. */
  reaches(share: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add({ share, resolve });
      this.#notify();
    });
  }

  async #sendCall(call: PlannedCall): Promise<void> {
    for (const version of call.versions) {
      if (version.number > 1) await this.#later();
      this.begun += 1;
      const copies = Array.from({ length: this.#pace.atOnce }, () => this.#sender.send(version.event));
      const answers = await Promise.all(copies);
      // Altur sends what changed after what was delivered.
      if (!answers.includes(true)) return;
      this.accepted.add(version);
    }
    if (!call.isRepeated) return;
    await this.#later();
    await this.#sender.send(this.#random.pick(call.versions).event);
  }

  #later(): Promise<void> {
    return delay(this.#random.between(0, this.#pace.laterMs));
  }

  #notify(): void {
    for (const waiting of this.#waiting) {
      if (this.#total === 0 || this.#callsBegun < waiting.share * this.#total) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
