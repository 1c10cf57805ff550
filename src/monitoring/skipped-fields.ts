/** Fields that were skipped in calls that were written, by cause: one hash per day in Redis, kept for a week. */
import type { CrmObject, SkippedField } from '../../connectors/connector.ts';
import { pipelined } from '../queue/pipelined.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import type { BufferedCounters } from './buffered-counters.ts';

/** Fields that were skipped in calls that were written, with one cause. */
export interface SkippedFieldGroup {
  readonly object: CrmObject;
  readonly field: string;
  readonly code: string;
  readonly count: number;
  readonly newestAt: number;
  /** The latest of these calls. */
  readonly newestCallId?: string;
}

const DAY_MS = 24 * 3_600_000;
const SHOWN_DAYS = 7;

export interface SkippedFieldCounter {
  add(skipped: Pick<SkippedField, 'object' | 'field' | 'code'>, callId: string): void;
  /** The last seven days; the latest first. */
  read(): Promise<readonly SkippedFieldGroup[]>;
}

export function openSkippedFields(redis: RedisClient, counters: BufferedCounters): SkippedFieldCounter {
  const dayOf = (at: number) => Math.floor(at / DAY_MS);
  const countKey = (day: number) => `${KEY_PREFIX}:skipped-fields:${day}`;
  const newestKey = (day: number) => `${KEY_PREFIX}:skipped-fields:${day}:newest`;
  const retentionMs = (SHOWN_DAYS + 1) * DAY_MS;
  return {
    add({ object, field, code }, callId) {
      const now = Date.now();
      const cause = JSON.stringify([object, field, code]);
      counters.add({ key: countKey(dayOf(now)), retentionMs }, cause);
      counters.set({ key: newestKey(dayOf(now)), retentionMs }, cause, `${now} ${callId}`);
    },
    async read() {
      const today = dayOf(Date.now());
      const days = Array.from({ length: SHOWN_DAYS }, (_, index) => today - index);
      const stored = (await pipelined(redis, (pipeline) => {
        for (const day of days) pipeline.hgetall(countKey(day)).hgetall(newestKey(day));
      })) as Record<string, string>[];
      const groups = new Map<string, SkippedFieldGroup>();
      for (const index of days.keys()) {
        const [counts, newest] = [stored[index * 2]!, stored[index * 2 + 1]!];
        for (const [cause, count] of Object.entries(counts)) {
          const [object, field, code] = JSON.parse(cause) as [CrmObject, string, string];
          const other = groups.get(cause);
          const own = newestOf(newest[cause]);
          groups.set(cause, {
            object,
            field,
            code,
            ...(other && other.newestAt > own.newestAt ? latestOf(other) : own),
            count: Number(count) + (other?.count ?? 0),
          });
        }
      }
      return [...groups.values()].toSorted((a, b) => b.newestAt - a.newestAt);
    },
  };
}

type Newest = Pick<SkippedFieldGroup, 'newestAt' | 'newestCallId'>;

/** When, and which call; earlier versions stored when. */
function newestOf(stored = '0'): Newest {
  const [at, ...callId] = stored.split(' ');
  return { newestAt: Number(at), ...(callId.length > 0 && { newestCallId: callId.join(' ') }) };
}

function latestOf({ newestAt, newestCallId }: Newest): Newest {
  return { newestAt, ...(newestCallId !== undefined && { newestCallId }) };
}
