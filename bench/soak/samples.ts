/** What is looked at once a second, as long as a soak lasts. */
import { rssMiB } from '../load.ts';

export interface Sample {
  /** Since the first event was sent. */
  readonly seconds: number;
  /** Deliveries answered 200 so far. */
  readonly answered: number;
  /** Calls in the CRM so far. */
  readonly written: number;
  /** Calls in the queue that are not written. */
  readonly waiting: number;
  /** Of Redis, in bytes. */
  readonly redisBytes: number;
  /** Resident memory by process, MiB. */
  readonly rssMiB: Readonly<Record<string, number>>;
}

export interface Sampled {
  readonly pids: Readonly<Record<string, number>>;
  answered(): number;
  written(): Promise<number>;
  waiting(): Promise<number>;
  redisBytes(): Promise<number>;
}

const EVERY_MS = 1_000;

export class Sampling {
  readonly samples: Sample[] = [];
  readonly #sampled: Sampled;
  readonly #startedAt = performance.now();
  readonly #stopped = new AbortController();
  readonly #ended: Promise<void>;

  constructor(sampled: Sampled) {
    this.#sampled = sampled;
    this.#ended = this.#run();
    // `stop` says so.
    this.#ended.catch(() => {});
  }

  /** Rejects with what kept it from sampling. */
  async stop(): Promise<readonly Sample[]> {
    this.#stopped.abort();
    await this.#ended;
    return this.samples;
  }

  async #run(): Promise<void> {
    for (let next = 0; !this.#stopped.signal.aborted; next += EVERY_MS) {
      const left = this.#startedAt + next - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      this.samples.push(await this.#sample());
    }
  }

  async #sample(): Promise<Sample> {
    const { pids, answered, written, waiting, redisBytes } = this.#sampled;
    return {
      seconds: (performance.now() - this.#startedAt) / 1_000,
      answered: answered(),
      written: await written(),
      waiting: await waiting(),
      redisBytes: await redisBytes(),
      rssMiB: Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, rssMiB(pid)])),
    };
  }
}

/** The median of a value over a part of the samples: `from` and `to` are shares of their number. */
export function medianOf(
  samples: readonly Sample[],
  of: (sample: Sample) => number,
  from: number,
  to: number,
): number {
  const some = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
  const values = some.map(of).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The simulated CRM and Redis are there too, but are no processes of the service. */
export function isOurs(process: string): boolean {
  return process === 'ingress' || process.startsWith('worker');
}
