/**
 * Which processes of this service are alive: each says so every few seconds, and is forgotten when it stops.
 *
 * Each has a key that expires, by the clock of Redis: those of the hosts may differ. An index holds the ids; an id
 * whose key has expired is removed from it by the next reader of the list.
 */
import type { Usage } from '../../connectors/connector.ts';
import type { PauseKind } from '../queue/pause-notice.ts';
import { pipelined } from '../queue/pipelined.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';

/** `all`: ingress and worker in one process. */
export type ServiceRole = 'all' | 'ingress' | 'worker';

export interface RunningProcess {
  readonly id: string;
  readonly role: ServiceRole;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** The newest that it knows; versions up to 0.3.0 say none, and know 2 at most. */
  readonly schema?: number;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** The versions of the keys that links to recordings are signed with, the first, and accepted; absent without links. */
  readonly recordingKeys?: readonly string[];
  /** When it last accepted an event or wrote a batch; absent before the first. */
  readonly lastActivityAt?: number;
  /** Of a worker. */
  readonly crm?: {
    readonly connected: boolean;
    /** Why it is not. */
    readonly reason?: string;
    readonly kind?: PauseKind;
    readonly code?: string;
    /** Of the CRM's daily requests. */
    readonly usage?: Usage;
  };
}

/** A process that was killed is forgotten after this long. */
const LIFETIME_MS = 15_000;

/**
 * Scripts, since an error that Redis answers to a command itself, such as READONLY, makes the client connect again; an
 * answer that tells of it does not.
 */
const SET_SCRIPT = `
local result = redis.pcall('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
if type(result) == 'table' and result.err then return result.err end
redis.pcall('SADD', KEYS[1], ARGV[1])
return ''
`;

/** Removes the ids whose key has expired; no process that comes back meanwhile is removed. */
const FORGET_SCRIPT = `
for index = 2, #KEYS do
  if redis.call('EXISTS', KEYS[index]) == 0 then redis.pcall('SREM', KEYS[1], ARGV[index - 1]) end
end
`;

export interface RunningProcesses {
  /** Oldest first. */
  list(): Promise<readonly RunningProcess[]>;
  /** It is alive, and like this. */
  set(process: RunningProcess): Promise<void>;
  delete(id: string): Promise<void>;
}

export function openRunningProcesses(redis: RedisClient): RunningProcesses {
  const index = `${KEY_PREFIX}:processes`;
  const entry = (id: string) => `${KEY_PREFIX}:process:${id}`;
  return {
    async list() {
      const ids = await redis.smembers(index);
      if (ids.length === 0) return [];
      const keys = ids.map(entry);
      const stored = await redis.mget(keys);
      if (stored.includes(null)) await redis.eval(FORGET_SCRIPT, keys.length + 1, index, ...keys, ...ids);
      return stored
        .flatMap((json) => (json === null ? [] : (JSON.parse(json) as RunningProcess)))
        .toSorted((a, b) => a.startedAt - b.startedAt);
    },
    async set(process) {
      const { id } = process;
      const json = JSON.stringify(process);
      const error = await redis.eval(SET_SCRIPT, 2, index, entry(id), id, json, LIFETIME_MS);
      if (error !== '') throw new Error(`${error}`);
    },
    async delete(id) {
      await pipelined(redis, (pipeline) => {
        pipeline.del(entry(id));
        pipeline.srem(index, id);
      });
    },
  };
}

/** Does it take jobs? */
export function isWorker({ role }: RunningProcess): boolean {
  return role !== 'ingress';
}
