/**
 * Which schema the data in Redis has, and which version of this software wrote it last: one hash, absent in a Redis that is
 * empty or was filled by version 0.1.0 (schema 1). docs/upgrading.md lists the schemas.
 *
 * Rules:
 * - A process that starts raises an older schema to its own, and does not start on a newer one: it cannot know what the
 *   data means, and a downgrade would lose calls without saying so.
 * - Unless processes run that know an older schema only: the schema is raised when the last of them has stopped, so that
 *   none is interrupted by an upgrade, in whatever order processes are replaced. Until then all write what these read.
 * - A process that runs while a newer version raises the schema goes on as long as its own schema is at least
 *   `compatibleWith`, which the newer version has written.
 *
 * Raising SCHEMA: when a process of the previous version would misread something written from now on. As long as it can
 * go on beside it (fields were added that it ignores, keys that it does not read), COMPATIBLE_WITH stays. Else it
 * becomes the new SCHEMA: processes of earlier versions that were not heard of then stop taking events and jobs with their
 * next sample of RedisHealth, so the new version writes nothing in the new form before the schema is `isSettled`.
 *
 * States of a guard: starting → running, with the first check that finds no newer schema. Beside it, of the schema:
 * unsettled → settled, SETTLE_MS after it was raised; unsettled again when Redis was replaced.
 */
import { readVersion } from '../version.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import type { RedisFault } from './redis-fault.ts';

/** 3: jobs in the compact form (job.ts). */
export const SCHEMA = 3;
const COMPATIBLE_WITH = 3;
/** Every process that runs has looked at the schema by then: it does so every second. */
const SETTLE_MS = 30_000;

const KEY = `${KEY_PREFIX}:schema`;

/** What a version writes. */
export interface SchemaVersion {
  readonly schema: number;
  /** Processes that know an older schema than this must not go on. */
  readonly compatibleWith: number;
  readonly version: string;
}

/** 0.1.0 does not look at the schema, and its first builds are not heard of: they may run on for a while. */
const UNHEARD_MS = 10 * 60_000;

/** Of the queue: there where any version has been. */
const USED_KEY = `${KEY_PREFIX}:calls:meta`;

/**
 * Answers what is stored, and since when in ms its schema has been that one. Before, it stores its own: at the start,
 * since the version may have changed without the schema, and over an older schema where ARGV[5] says that it may. A Redis
 * that no version has used had the new one always; to one that 0.1.0 has used the new one comes ARGV[6] ms later.
 */
const CLAIM_SCRIPT = `
local stored = redis.call('HMGET', KEYS[1], 'schema', 'compatibleWith', 'version', 'raisedAt')
local schema, own = tonumber(stored[1]) or 0, tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if schema < own and ARGV[5] == 'raise' then
  local since = 0
  if stored[1] then since = now elseif redis.call('EXISTS', KEYS[2]) == 1 then since = now + ARGV[6] end
  stored = { ARGV[1], ARGV[2], ARGV[3], since }
  redis.call('HSET', KEYS[1], 'schema', stored[1], 'compatibleWith', stored[2], 'version', stored[3], 'raisedAt', stored[4])
elseif schema == own and ARGV[4] == 'starts' and stored[3] ~= ARGV[3] then
  redis.call('HSET', KEYS[1], 'compatibleWith', ARGV[2], 'version', ARGV[3])
end
return { stored[1] or '', stored[2] or '', stored[3] or '', now - (tonumber(stored[4]) or now) }`;

/** Answers what the running processes know: of each its schema, undefined where it says none. */
export type RunningSchemas = () => Promise<readonly (number | undefined)[]>;

export class SchemaGuard {
  readonly #redis: RedisClient;
  readonly #own: SchemaVersion;
  readonly #runningSchemas: RunningSchemas;
  #isRunning = false;
  /** By `performance.now()`. */
  #settlesAt = Number.POSITIVE_INFINITY;

  /** `own`: of this version, except in tests. */
  constructor(redis: RedisClient, runningSchemas: RunningSchemas, own: SchemaVersion = ownSchema()) {
    this.#redis = redis;
    this.#runningSchemas = runningSchemas;
    this.#own = own;
  }

  /** Whether what is written now may be in a form that only processes of the own schema know. */
  get isSettled(): boolean {
    return performance.now() >= this.#settlesAt;
  }

  /** Raises an older schema where it may. Undefined when this process may use what Redis holds. */
  async check(): Promise<RedisFault | undefined> {
    const { schema } = this.#own;
    let claim = await this.#claim();
    if ((claim.stored?.schema ?? 0) < schema && !(await this.#isOlderRunning())) {
      claim = await this.#claim('raise');
    }
    const { stored, forMs } = claim;
    const left = stored?.schema === schema ? Math.max(0, SETTLE_MS - forMs) : Number.POSITIVE_INFINITY;
    this.#settlesAt = performance.now() + left;
    if (stored && stored.schema > schema && !(this.#isRunning && schema >= stored.compatibleWith)) {
      return newerFault(stored, this.#own);
    }
    this.#isRunning = true;
    return undefined;
  }

  async #isOlderRunning(): Promise<boolean> {
    const schemas = await this.#runningSchemas();
    return schemas.some((schema = 0) => schema < this.#own.schema);
  }

  async #claim(raise = ''): Promise<{ readonly stored: SchemaVersion | undefined; readonly forMs: number }> {
    const { schema, compatibleWith, version } = this.#own;
    const phase = this.#isRunning ? 'runs' : 'starts';
    const own = [schema, compatibleWith, version, phase, raise, UNHEARD_MS];
    const answer = await this.#redis.eval(CLAIM_SCRIPT, 2, KEY, USED_KEY, ...own);
    const [storedSchema, storedCompatible, storedVersion, forMs] = answer as [string, string, string, number];
    return { stored: fromFields([storedSchema, storedCompatible, storedVersion]), forMs };
  }
}

/** For those that only read: a fault when the schema is newer than that of this version. */
export async function newerSchemaFault(redis: RedisClient): Promise<RedisFault | undefined> {
  const own = ownSchema();
  const stored = fromFields(await redis.hmget(KEY, 'schema', 'compatibleWith', 'version'));
  return stored && stored.schema > own.schema ? newerFault(stored, own) : undefined;
}

/** Whether a fault says that Redis holds data of a newer schema. */
export function isNewerSchema(fault: RedisFault | undefined): fault is RedisFault {
  return fault?.code === 'REDIS_SCHEMA_NEWER';
}

function ownSchema(): SchemaVersion {
  return { schema: SCHEMA, compatibleWith: COMPATIBLE_WITH, version: readVersion() };
}

function fromFields([schema, compatibleWith, version]: readonly (string | null)[]):
  | SchemaVersion
  | undefined {
  if (!schema) return undefined;
  // Without the field, nothing is known to be compatible.
  return {
    schema: Number(schema),
    compatibleWith: Number(compatibleWith || schema),
    version: version || 'unknown',
  };
}

function newerFault(stored: SchemaVersion, own: SchemaVersion): RedisFault {
  const { schema, version } = stored;
  return {
    code: 'REDIS_SCHEMA_NEWER',
    reason: `Redis holds data of schema ${schema}, written by version ${version}; this is version ${own.version}, which knows schema ${own.schema}`,
    fix: `install ${version} or later, or use another Redis`,
  };
}
