/**
 * Whether Redis takes events and gives jobs. The question is asked by doing it: a script writes a key of ours, which a
 * replica, a full Redis, a failing disk, a missing right and another node of a cluster reject just as they would reject
 * an event.
 *
 * States: unknown → usable or faulty, from each answer; sampled every second. Errors of the connection change nothing:
 * they show when an event is enqueued, and the client reports them. The rights of the user are tried in full at first,
 * while anything is wrong, and every half minute: BullMQ's scripts are not atomic when a command in their middle is
 * rejected, so no event may be offered and no job taken while one is missing. Nor may they while Redis holds data of a
 * schema that this process does not know.
 */
import type { Log } from '../log.ts';
import { withTimeout } from '../timeout.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import {
  explainRedis,
  FULL,
  isDenied,
  permissionFault,
  type RedisFault,
  replyCode,
  SENTINEL_FAULT,
  SILENT_CODE,
} from './redis-fault.ts';
import { COMMANDS, PROBE_SCRIPT, probeKeys, SORTED } from './redis-probe.ts';
import { connectionFault } from './redis-state.ts';
import { isNewerSchema, type SchemaGuard } from './schema-version.ts';

/** At `maxmemory` the workers stop too, since taking a job writes to Redis. */
export const FULL_FROM_SHARE = 0.8;
/** From here on somebody is told. */
export const NEARLY_FULL_FROM_SHARE = 0.7;
const SAMPLE_EVERY_MS = 1_000;
const RIGHTS_EVERY_MS = 30_000;
/** The digest of no script. */
const NO_SCRIPT = '0'.repeat(40);

export interface HealthOptions {
  /** Of a process with a worker. */
  readonly takesJobs: boolean;
  readonly log?: Pick<Log, 'warn' | 'info'>;
  /** Of a process that writes; others leave the schema as it is. */
  readonly schema?: Pick<SchemaGuard, 'check'>;
}

export class RedisHealth {
  readonly #redis: RedisClient;
  readonly #takesJobs: boolean;
  readonly #log: Pick<Log, 'warn' | 'info'> | undefined;
  readonly #schema: Pick<SchemaGuard, 'check'> | undefined;
  #isKnown = false;
  #fault: RedisFault | undefined;
  #memoryUsed: number | undefined;
  #rightsCheckedAt = Number.NEGATIVE_INFINITY;
  #sampling: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: RedisClient, { takesJobs, log, schema }: HealthOptions) {
    this.#redis = redis;
    this.#takesJobs = takesJobs;
    this.#log = log;
    this.#schema = schema;
  }

  /** The share of Redis' memory that is used, from 0 to 1; undefined where it has no limit, or may not be asked. */
  get memoryUsed(): number | undefined {
    return this.#memoryUsed;
  }

  /** False while a right is missing, or may be, and while the schema is a newer one. A full Redis is emptied by it. */
  get givesJobs(): boolean {
    const fault = this.#fault;
    return this.#rightsCheckedAt > 0 && fault?.code !== 'REDIS_NOPERM' && !isNewerSchema(fault);
  }

  /** Why no event may be stored now: a fault may be over by now, so it is looked at again. Rejects like `check`. */
  async eventFault(): Promise<RedisFault | undefined> {
    return this.#isKnown && this.#fault === undefined ? undefined : this.check();
  }

  start(): this {
    // The client reports errors of the connection.
    this.#timer = setInterval(() => void this.check().catch(() => {}), SAMPLE_EVERY_MS);
    this.#timer.unref();
    void this.check().catch(() => {});
    return this;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Samples now. Rejects when Redis does not answer. */
  async check(): Promise<RedisFault | undefined> {
    this.#sampling ??= this.#sample().finally(() => {
      this.#sampling = undefined;
    });
    await this.#sampling;
    return this.#fault;
  }

  /** Samples now, for `ms` at most. Undefined when Redis can be used. Never rejects. */
  async diagnose(ms: number): Promise<RedisFault | undefined> {
    try {
      return await withTimeout(this.check(), ms);
    } catch {
      // The connection knows more than that no answer came, unless it is only made again, as after READONLY.
      const fault = await connectionFault(this.#redis);
      return fault.code === SILENT_CODE ? (this.#fault ?? fault) : fault;
    }
  }

  /** A command was rejected: the next sample tries every right. */
  distrust(): void {
    this.#rightsCheckedAt = Number.NEGATIVE_INFINITY;
  }

  async #sample(): Promise<void> {
    const all = this.#fault !== undefined || Date.now() - this.#rightsCheckedAt > RIGHTS_EVERY_MS;
    const fault = await this.#probe(all);
    if (fault?.code !== this.#fault?.code) {
      if (fault) this.#log?.warn('Redis takes no events', { code: fault.code, reason: faultText(fault) });
      else this.#log?.info('Redis takes events again');
    }
    this.#fault = fault;
    this.#isKnown = true;
  }

  async #probe(all: boolean): Promise<RedisFault | undefined> {
    try {
      const commands = all ? COMMANDS : COMMANDS.slice(0, 1);
      const keys = probeKeys(KEY_PREFIX);
      const answer = await this.#redis.eval(PROBE_SCRIPT, keys.length, ...keys, JSON.stringify(commands));
      const [info, ...errors] = answer as string[];
      const names = commands.map(([name]) => name!);
      this.#memoryUsed = memoryShare(info!);
      const rejected = rejectionFault(names, errors);
      if (rejected) return rejected;
      if (all) {
        await this.#tryStoredScripts();
        if (this.#takesJobs) await this.#tryToWait(keys);
      }
      const schema = await this.#schema?.check();
      if (schema) return schema;
      if (all) this.#rightsCheckedAt = Date.now();
      return fullFault(this.#memoryUsed);
    } catch (error) {
      const code = replyCode(error as Error);
      if (code === undefined) throw error;
      return (await this.#isSentinel(code)) ? SENTINEL_FAULT : explainRedis(error as Error);
    }
  }

  /** BullMQ runs its scripts by EVAL the first time on each connection, then by EVALSHA, which no script may run. */
  async #tryStoredScripts(): Promise<void> {
    await this.#redis.evalsha(NO_SCRIPT, 0).catch((error: Error) => {
      if (replyCode(error) !== 'NOSCRIPT') throw error;
    });
  }

  /** A worker waits for a job by BZPOPMIN, which no script may run before Redis 7.2. Here it finds what it waits for. */
  async #tryToWait(keys: readonly string[]): Promise<void> {
    const key = keys[SORTED]!;
    await this.#redis.zadd(key, 1, 'probe');
    await this.#redis.bzpopmin(key, 0.1);
  }

  /** A Sentinel knows no EVAL, but says what it is. */
  async #isSentinel(code: string): Promise<boolean> {
    if (code !== 'ERR') return false;
    const info = await this.#redis.info('server').catch(() => '');
    return /^redis_mode:sentinel/m.test(info);
  }
}

export function faultText({ reason, fix }: RedisFault): string {
  return `${reason}: ${fix}`;
}

/** `errors`: one text per command, empty where it was carried out. */
function rejectionFault(names: readonly string[], errors: readonly string[]): RedisFault | undefined {
  const denied = names.filter((_, index) => isDenied(errors[index] ?? ''));
  if (denied.length > 0) return permissionFault(denied.join(', '));
  const [write] = errors;
  return write ? explainRedis(Object.assign(new Error(write), { name: 'ReplyError' })) : undefined;
}

function fullFault(memoryUsed: number | undefined): RedisFault | undefined {
  if (memoryUsed === undefined || memoryUsed <= FULL_FROM_SHARE) return undefined;
  return { ...FULL, reason: `Redis is ${Math.round(memoryUsed * 100)} % full` };
}

/** `info`: the answer to INFO memory, empty for a user who may not ask. A `maxmemory` of 0 is no limit. */
function memoryShare(info: string): number | undefined {
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const limit = read('maxmemory');
  return limit === 0 ? undefined : read('used_memory') / limit;
}
