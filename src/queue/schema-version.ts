/**
 * Which schema the data in Redis has, and which version of this software wrote it last: one hash, absent in a Redis that is
 * empty or was filled by version 0.1.0 (schema 1). docs/upgrading.md lists the schemas.
 *
 * Rules:
 * - A process that starts raises an older schema to its own, and does not start on a newer one: it cannot know what the
 *   data means, and a downgrade would lose calls without saying so.
 * - A process that runs while a newer version raises the schema goes on as long as its own schema is at least
 *   `compatibleWith`, which the newer version has written. This is what lets workers of two versions run side by side
 *   during an upgrade.
 *
 * Raising SCHEMA: when a process of the previous version would misread something written from now on. As long as it can
 * go on beside it (fields were added that it ignores, keys that it does not read), COMPATIBLE_WITH stays. Else it
 * becomes the new SCHEMA: processes of earlier versions then stop taking events and jobs with their next sample of
 * RedisHealth, so the new version must write nothing in the new form during its first seconds.
 */
import { readVersion } from '../version.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import type { RedisFault } from './redis-fault.ts';

export const SCHEMA = 2;
/** Workers of 0.1.0 may run beside this version: what changed has keys of its own, or is a field that they ignore. */
const COMPATIBLE_WITH = 1;

const KEY = `${KEY_PREFIX}:schema`;

/** What a version writes. */
export interface SchemaVersion {
  readonly schema: number;
  /** Processes that know an older schema than this must not go on. */
  readonly compatibleWith: number;
  readonly version: string;
}

/**
 * Answers what is stored if its schema is newer. Otherwise stores its own: over an older one, in an empty Redis, and at
 * the start, since the version may have changed without the schema.
 */
const CLAIM_SCRIPT = `
local stored = redis.call('HMGET', KEYS[1], 'schema', 'compatibleWith', 'version')
local schema, own = tonumber(stored[1]) or 0, tonumber(ARGV[1])
if schema > own then return stored end
if schema < own or (ARGV[4] == 'starts' and stored[3] ~= ARGV[3]) then
  redis.call('HSET', KEYS[1], 'schema', ARGV[1], 'compatibleWith', ARGV[2], 'version', ARGV[3])
end
return {}`;

/** States: starting → running, with the first check that finds no newer schema. */
export class SchemaGuard {
  readonly #redis: RedisClient;
  readonly #own: SchemaVersion;
  #isRunning = false;

  /** `own`: of this version, except in tests. */
  constructor(redis: RedisClient, own: SchemaVersion = ownSchema()) {
    this.#redis = redis;
    this.#own = own;
  }

  /** Stores the own schema where it may. Undefined when this process may use what Redis holds. */
  async check(): Promise<RedisFault | undefined> {
    const { schema, compatibleWith, version } = this.#own;
    const phase = this.#isRunning ? 'runs' : 'starts';
    const answer = await this.#redis.eval(CLAIM_SCRIPT, 1, KEY, schema, compatibleWith, version, phase);
    const newer = fromFields(answer as readonly string[]);
    if (newer && !(this.#isRunning && schema >= newer.compatibleWith)) return newerFault(newer, this.#own);
    this.#isRunning = true;
    return undefined;
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
  if (schema == null) return undefined;
  // Without the field, nothing is known to be compatible.
  return {
    schema: Number(schema),
    compatibleWith: Number(compatibleWith ?? schema),
    version: version ?? 'unknown',
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
