/**
 * Dead letters by cause. Thousands stay cheap: the cause of each is read once, from its few fields that hold no
 * personal data, and the list of them again only every few seconds.
 *
 * State: the cause of each dead letter of the last reading. One that was put back and failed again has another time,
 * and is read again.
 */
import type { CrmObject } from '../../connectors/connector.ts';
import type { CallQueue } from '../queue/call-queue.ts';
import { callIdIn, decode, type JobData } from '../queue/job.ts';
import { type Cause, causeId } from '../queue/job-cause.ts';
import type { RedisClient } from '../queue/redis.ts';
import { readDeadLetterCauses } from './dead-letter-causes.ts';

/** Dead letters with one cause. */
export interface DeadLetterGroup {
  /** Stable for one cause, for actions (`causeId`). */
  readonly id: string;
  readonly code: string;
  readonly object?: CrmObject;
  readonly fields?: readonly string[];
  /** Of the newest one. */
  readonly reason: string;
  readonly count: number;
  /** When the first of them became a dead letter, ms since the epoch. */
  readonly oldestAt: number;
  readonly newestAt: number;
  /** Some of them, the newest first. */
  readonly callIds: readonly string[];
}

interface ReadDeadLetter {
  readonly jobId: string;
  /** When it became one, ms since the epoch. */
  readonly at: number;
  readonly groupId: string;
  readonly cause: Cause;
}

const CACHED_MS = 3_000;
const SAMPLES = 5;

export class DeadLetterGroups {
  readonly #queue: CallQueue;
  readonly #redis: RedisClient;
  readonly #cachedMs: number;
  /** By job id. */
  #known: ReadonlyMap<string, ReadDeadLetter> = new Map();
  #cached: { readonly until: number; readonly groups: Promise<readonly DeadLetterGroup[]> } | undefined;

  /** `cachedMs`: how old an answer may be. */
  constructor(queue: CallQueue, redis: RedisClient, cachedMs = CACHED_MS) {
    this.#queue = queue;
    this.#redis = redis;
    this.#cachedMs = cachedMs;
  }

  /** The one with the newest dead letter first. At most a few seconds old. */
  read(): Promise<readonly DeadLetterGroup[]> {
    if (this.#cached && Date.now() < this.#cached.until) return this.#cached.groups;
    const groups = this.#readDeadLetters().then((letters) => this.#grouped(letters));
    this.#cached = { until: Date.now() + this.#cachedMs, groups };
    groups.catch(() => {
      this.#cached = undefined;
    });
    return groups;
  }

  /** The newest first. */
  async #readDeadLetters(): Promise<readonly ReadDeadLetter[]> {
    const listed = await this.#redis.zrevrange(this.#queue.toKey('failed'), 0, -1, 'WITHSCORES');
    const times = new Map<string, number>();
    for (let index = 0; index < listed.length; index += 2)
      times.set(listed[index]!, Number(listed[index + 1]));
    const known = this.#known;
    const unread = [...times].filter(([jobId, at]) => known.get(jobId)?.at !== at);
    const causes = await readDeadLetterCauses(
      this.#queue,
      this.#redis,
      unread.map(([jobId]) => jobId),
    );
    const read = new Map(
      unread.map(([jobId, at], index): [string, ReadDeadLetter] => {
        const { cause } = causes[index]!;
        return [jobId, { jobId, at, groupId: causeId(cause), cause }];
      }),
    );
    const letters = [...times.keys()].flatMap((jobId) => read.get(jobId) ?? known.get(jobId) ?? []);
    this.#known = new Map(letters.map((letter) => [letter.jobId, letter]));
    return letters;
  }

  /** `letters`: the newest first. */
  #grouped(letters: readonly ReadDeadLetter[]): Promise<readonly DeadLetterGroup[]> {
    const groups = Map.groupBy(letters, ({ groupId }) => groupId);
    return Promise.all(
      [...groups].map(async ([id, members]): Promise<DeadLetterGroup> => {
        const [newest, oldest] = [members[0]!, members.at(-1)!];
        const { code, reason, object, fields } = newest.cause;
        return {
          id,
          code,
          ...(object && { object }),
          ...(fields && { fields }),
          reason,
          count: members.length,
          oldestAt: oldest.at,
          newestAt: newest.at,
          callIds: await this.#callIds(members.slice(0, SAMPLES)),
        };
      }),
    );
  }

  async #callIds(letters: readonly ReadDeadLetter[]): Promise<readonly string[]> {
    const callIds = await Promise.all(
      letters.map(({ jobId }) => callIdIn(jobId) ?? this.#storedCallId(jobId)),
    );
    return [...new Set(callIds)].filter((callId) => callId !== undefined);
  }

  async #storedCallId(jobId: string): Promise<string | undefined> {
    const data = await this.#redis.hget(this.#queue.toKey(jobId), 'data');
    try {
      return data === null ? undefined : decode(JSON.parse(data) as JobData).event.id;
    } catch {
      // A dead letter because its event cannot be read.
      return undefined;
    }
  }
}
