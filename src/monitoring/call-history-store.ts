/** The history of calls in Redis. */
import { callKey } from '../queue/job.ts';
import { luaJson } from '../queue/lua-json.ts';
import { pipelined } from '../queue/pipelined.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { RETENTION_MS } from '../queue/retention.ts';
import type { CallHistory, CallSummary, CallUpdate, HistorySearch } from './call-history.ts';
import {
  decodeHead,
  decodeRecord,
  encodeUpdate,
  endpointId,
  endpointText,
  outcomeLetter,
  outcomeLetters,
  personHash,
} from './history-codec.ts';
import { ADD_SCRIPT } from './history-script.ts';

/** All of a busy month. At about 600 bytes each they take a quarter of a Redis of 512 MB. */
const MAX_CALLS = 200_000;
const MAX_ENTRIES = 40;
const DAY_MS = 24 * 3_600_000;
/** Some dozens are usual. */
const MAX_ENDPOINTS = 1_000;
/** How many histories are read at once while calls are looked for. */
const PAGE = 500;

export interface HistoryOptions {
  readonly maxCalls?: number;
}

export function openCallHistory(
  redis: RedisClient,
  { maxCalls = MAX_CALLS }: HistoryOptions = {},
): CallHistory {
  const base = `${KEY_PREFIX}:history`;
  const callEntry = (key: string) => `${base}:call:${key}`;
  const dictionary = `${base}:endpoints`;
  const written = new Map<string, number>();

  const summaries = async (keys: readonly string[]): Promise<CallSummary[]> => {
    if (keys.length === 0) return [];
    const stored = await redis.mget(keys.map(callEntry));
    return keys.flatMap((key, index) => (stored[index] ? decodeHead(stored[index], key).summary : []));
  };

  return {
    async add(updates) {
      if (updates.length === 0) return;
      const encoded = luaJson(updates.map(encodeUpdate));
      const endpoints = newEndpoints(updates, written);
      await pipelined(redis, (pipeline) => {
        pipeline.eval(ADD_SCRIPT, 1, base, encoded, Date.now(), RETENTION_MS, maxCalls, MAX_ENTRIES);
        if (endpoints.size === 0) return;
        pipeline.hset(dictionary, Object.fromEntries(endpoints));
        pipeline.pexpire(dictionary, RETENTION_MS);
      });
      for (const id of endpoints.keys()) written.set(id, Date.now());
    },

    async read(callId) {
      const key = callKey(callId);
      const stored = await redis.get(callEntry(key));
      if (stored === null) return undefined;
      return decodeRecord(stored, key, new Map(Object.entries(await redis.hgetall(dictionary))));
    },

    async find(search) {
      const { callId, names = [], limit } = search;
      if (callId !== undefined) return matching(await summaries([callKey(callId)]), search);
      if (names.length > 0) return matching(await summaries(await keysOf(redis, base, names)), search);
      const found = await Promise.all(
        indexesOf(search).map((index) => newest(redis, `${base}:${index}`, search, summaries)),
      );
      return latestFirst(found.flat()).slice(0, limit);
    },
  };
}

/** The endpoints that the dictionary may not hold, or soon not hold any more; `written`: when which was written. */
function newEndpoints(updates: readonly CallUpdate[], written: ReadonlyMap<string, number>) {
  const endpoints = new Map<string, string>();
  for (const { entry } of updates) {
    for (const text of (entry.requests ?? []).map(endpointText)) {
      const writtenAt = written.get(endpointId(text)) ?? 0;
      if (Date.now() - writtenAt > DAY_MS && written.size < MAX_ENDPOINTS) {
        endpoints.set(endpointId(text), text);
      }
    }
  }
  return endpoints;
}

/** The calls of the person who has all of these names. */
async function keysOf(redis: RedisClient, base: string, names: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    names.map(personHash).map(async (name) => {
      const [bucket, person] = [name.slice(0, 2), name.slice(2)];
      const members = await redis.zrange(`${base}:person:${bucket}`, '0', '-1');
      return members.filter((each) => each.startsWith(person)).map((each) => each.slice(person.length));
    }),
  );
  const [first = [], ...others] = lists;
  return first.filter((key) => others.every((list) => list.includes(key)));
}

function indexesOf({ outcome }: HistorySearch): readonly string[] {
  if (outcome === 'unassigned') return ['unassigned'];
  const letters = outcome === undefined ? outcomeLetters : [outcomeLetter(outcome)];
  return letters.map((letter) => `outcome:${letter}`);
}

/** The calls that changed last, of one index; those whose history is gone are passed over. */
async function newest(
  redis: RedisClient,
  index: string,
  search: HistorySearch,
  summaries: (keys: readonly string[]) => Promise<CallSummary[]>,
): Promise<CallSummary[]> {
  const { since = '-inf', until = '+inf', limit } = search;
  const found: CallSummary[] = [];
  for (let offset = 0; found.length < limit; ) {
    const size = Math.min(limit, PAGE);
    const keys = await redis.zrevrangebyscore(index, until, since, 'LIMIT', offset, size);
    found.push(...matching(await summaries(keys), search));
    if (keys.length < size) break;
    offset += size;
  }
  return found;
}

function matching(calls: readonly CallSummary[], search: HistorySearch): CallSummary[] {
  const { outcome, since = 0, until = Number.POSITIVE_INFINITY, limit } = search;
  const fits = ({ updatedAt, outcome: actual, unassigned }: CallSummary) => {
    if (updatedAt < since || updatedAt > until) return false;
    if (outcome === undefined) return true;
    return outcome === 'unassigned' ? unassigned !== undefined : actual === outcome;
  };
  return latestFirst(calls.filter(fits)).slice(0, limit);
}

function latestFirst(calls: readonly CallSummary[]): CallSummary[] {
  return calls.toSorted((a, b) => b.updatedAt - a.updatedAt);
}
