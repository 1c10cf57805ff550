/**
 * Adds jobs to a queue as BullMQ's `Queue.add` with a deduplication does, those of one turn of the event loop by one script:
 * what a command costs here and in Redis, which is most of the cost of an event, is paid once for all of them. A job that is
 * alone waits for nothing but the end of its turn.
 *
 * The script is BullMQ's own for one job, called for each job. How a job is stored is BullMQ's affair and may change with its
 * version: test/queue/add-together.test.ts compares all that both ways leave in Redis.
 *
 * An error rejects all jobs of the script. Some of them may be stored, as they may be when an answer is lost: their events are
 * sent again and then recognised. Errors are those of Redis itself (full, read-only, gone), so none is rejected because of
 * another one's content.
 */
import { addStandardJob } from 'bullmq/dist/cjs/scripts/addStandardJob-9.js';
import type { RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';

export interface AddedJob {
  readonly id: string;
  readonly deduplicationId: string;
  /** JSON. */
  readonly data: string;
}

/** For so many, the script keeps Redis from answering anyone else for a few ms. */
const MAX_AT_ONCE = 100;

/**
 * ARGV: the prefix of the queue's keys, the time, for how long deliveries are recognised, the name of the jobs; then of each
 * job its id, its deduplication id and its data. Answers of each the id of the job that is stored: its own, or that of an
 * earlier job with its deduplication id. BullMQ's script expects its arguments packed; what they are unpacked to is given
 * to it instead.
 */
const SCRIPT = `
local cmsgpack = { unpack = function(value) return value end }
local function addJob(KEYS, ARGV)
${addStandardJob.content}
end
local prefix, timestamp, ttl, name = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local ids = {}
for at = 5, #ARGV, 3 do
  local id, deduplicationId, data = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local args = { prefix, id, name, timestamp }
  args[9] = prefix .. 'de:' .. deduplicationId
  ids[#ids + 1] = addJob(KEYS, { args, data, { de = { id = deduplicationId, ttl = ttl } } })
end
return ids`;

/** The keys of BullMQ's script, in its order. */
const KEYS = ['wait', 'paused', 'meta', 'id', 'completed', 'delayed', 'active', 'events', 'marker'];

interface WaitingJob extends AddedJob {
  resolve(storedId: string): void;
  reject(error: unknown): void;
}

type ScriptClient = RedisClient & { addCalls(...keysAndArguments: readonly string[]): Promise<string[]> };

export class AddTogether {
  readonly #redis: ScriptClient;
  readonly #keys: readonly string[];
  readonly #prefix: string;
  readonly #name: string;
  #waiting: WaitingJob[] = [];

  /** `toKey`: of the queue; `name`: of the jobs. */
  constructor(redis: RedisClient, toKey: (name: string) => string, name: string) {
    redis.defineCommand('addCalls', { numberOfKeys: KEYS.length, lua: SCRIPT });
    this.#redis = redis as ScriptClient;
    this.#keys = KEYS.map(toKey);
    this.#prefix = toKey('');
    this.#name = name;
  }

  /** Answers the id of the job that is stored: that of an earlier one with this deduplication id, or its own. */
  add(job: AddedJob): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...job, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#addWaiting());
    });
  }

  #addWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < waiting.length; from += MAX_AT_ONCE) {
      void this.#store(waiting.slice(from, from + MAX_AT_ONCE));
    }
  }

  /** Never rejects. */
  async #store(jobs: readonly WaitingJob[]): Promise<void> {
    const values = jobs.flatMap(({ id, deduplicationId, data }) => [id, deduplicationId, data]);
    const shared = [this.#prefix, `${Date.now()}`, `${RETENTION_MS}`, this.#name];
    try {
      const storedIds = await this.#redis.addCalls(...this.#keys, ...shared, ...values);
      for (const [index, job] of jobs.entries()) job.resolve(storedIds[index]!);
    } catch (error) {
      for (const job of jobs) job.reject(error);
    }
  }
}
