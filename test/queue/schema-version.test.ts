/** The schema of the data in Redis: raised by newer versions, refused by older ones. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { newerSchemaFault, SCHEMA, SchemaGuard, type SchemaVersion } from '../../src/queue/schema-version.ts';
import { readVersion } from '../../src/version.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

const KEY = '{altur}:schema';

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const OLD: SchemaVersion = { schema: 2, compatibleWith: 1, version: '0.2.0' };
const NEW: SchemaVersion = { schema: 3, compatibleWith: 2, version: '0.4.0' };
const INCOMPATIBLE: SchemaVersion = { ...NEW, compatibleWith: 3 };

const nobody = async () => [];
const start = (version: SchemaVersion) => new SchemaGuard(redis, nobody, version).check();

async function running(version: SchemaVersion): Promise<SchemaGuard> {
  const guard = new SchemaGuard(redis, nobody, version);
  expect(await guard.check()).toBeUndefined();
  return guard;
}

test('where none is stored, in an empty Redis or one of 0.1.0, that of this version is', async () => {
  expect(await new SchemaGuard(redis, nobody).check()).toBeUndefined();
  expect(await redis.hgetall(KEY)).toEqual({
    schema: String(SCHEMA),
    compatibleWith: String(SCHEMA),
    version: readVersion(),
    raisedAt: '0',
  });
  expect(await redis.pttl(KEY)).toBe(-1);
});

test('a newer version raises an older one', async () => {
  await start(OLD);
  expect(await start(NEW)).toBeUndefined();
  expect(await redis.hgetall(KEY)).toMatchObject({ schema: '3', compatibleWith: '2', version: '0.4.0' });
});

test('a version does not start on a newer one, not even on a compatible one, and says what to do', async () => {
  await start(NEW);
  expect(await start(OLD)).toEqual({
    code: 'REDIS_SCHEMA_NEWER',
    reason:
      'Redis holds data of schema 3, written by version 0.4.0; this is version 0.2.0, which knows schema 2',
    fix: 'install 0.4.0 or later, or use another Redis',
  });
  expect(await redis.hgetall(KEY)).toMatchObject({ schema: '3', compatibleWith: '2', version: '0.4.0' });
});

test('of the same schema, any version starts, and the last one is stored', async () => {
  const other = await running({ ...OLD, version: '0.2.1' });
  expect(await start(OLD)).toBeUndefined();
  await other.check();
  expect(await redis.hget(KEY, 'version')).toBe('0.2.0');
});

test('a running process goes on while a newer, compatible version raises the schema', async () => {
  const older = await running(OLD);
  await start(NEW);
  expect(await older.check()).toBeUndefined();
  expect(await redis.hget(KEY, 'schema')).toBe('3');
});

test('a running process stops when it could not go on safely, and goes on when the data is of its schema again', async () => {
  const older = await running(OLD);
  await start(INCOMPATIBLE);
  expect(await older.check()).toMatchObject({ code: 'REDIS_SCHEMA_NEWER' });
  expect(await older.check()).toMatchObject({ code: 'REDIS_SCHEMA_NEWER' });
  await redis.flushall();
  expect(await older.check()).toBeUndefined();
});

test('when Redis was emptied, or replaced by one of an older schema, it is stored again', async () => {
  const newer = await running(NEW);
  await redis.flushall();
  await newer.check();
  expect(await redis.hget(KEY, 'schema')).toBe('3');
  await redis.flushall();
  await start(OLD);
  await newer.check();
  expect(await redis.hget(KEY, 'schema')).toBe('3');
});

test('of versions that start at once, the newest one’s schema stays', async () => {
  for (let round = 0; round < 20; round++) {
    await redis.flushall();
    const faults = await Promise.all([OLD, NEW, OLD, NEW].map(start));
    expect([faults[1], faults[3]]).toEqual([undefined, undefined]);
    expect(await redis.hget(KEY, 'schema')).toBe('3');
  }
});

test('a reader is told of a newer schema, and changes nothing', async () => {
  expect(await newerSchemaFault(redis)).toBeUndefined();
  expect(await redis.exists(KEY)).toBe(0);
  await start({ ...NEW, schema: SCHEMA + 1 });
  expect(await newerSchemaFault(redis)).toMatchObject({ code: 'REDIS_SCHEMA_NEWER' });
});

test('a schema that says nothing of compatible ones is compatible with none before it', async () => {
  const older = await running(OLD);
  await redis.del(KEY);
  await redis.hset(KEY, { schema: '3', version: '0.4.0' });
  expect(await older.check()).toMatchObject({ code: 'REDIS_SCHEMA_NEWER' });
});

describe('while processes run that know an older schema only', () => {
  const among = (...schemas: (number | undefined)[]) =>
    new SchemaGuard(redis, async () => schemas, INCOMPATIBLE);

  test.each([[[undefined]], [[2]], [[3, undefined, 3]]])(
    '%j: it is not raised, and this one runs',
    async (schemas) => {
      await start(OLD);
      const guard = among(...schemas);
      expect(await guard.check()).toBeUndefined();
      expect(await redis.hget(KEY, 'schema')).toBe('2');
      expect(guard.isSettled).toBe(false);
      expect(await start(OLD)).toBeUndefined();
    },
  );

  test('it is raised when the last of them has stopped', async () => {
    const schemas: (number | undefined)[] = [3, undefined];
    const guard = new SchemaGuard(redis, async () => schemas, INCOMPATIBLE);
    const older = await running(OLD);
    await guard.check();
    expect(await older.check()).toBeUndefined();
    schemas.pop();
    await guard.check();
    expect(await redis.hget(KEY, 'schema')).toBe('3');
    // One that was not heard of.
    expect(await older.check()).toMatchObject({ code: 'REDIS_SCHEMA_NEWER' });
  });

  test('nor is it in a Redis without a schema', async () => {
    await among(undefined).check();
    expect(await redis.exists(KEY)).toBe(0);
  });
});

describe('what only processes of the new schema read is written', () => {
  /** As if it had been raised so long ago. */
  const age = async (ms: number) => redis.hincrby(KEY, 'raisedAt', -ms);
  const settles = async (guard: SchemaGuard) => {
    await guard.check();
    return guard.isSettled;
  };

  test('half a minute after the schema was raised, not before', async () => {
    await start(OLD);
    const guard = await running(INCOMPATIBLE);
    expect(guard.isSettled).toBe(false);
    await age(20_000);
    expect(await settles(guard)).toBe(false);
    await age(11_000);
    expect(await settles(guard)).toBe(true);
    expect((await running(INCOMPATIBLE)).isSettled).toBe(true);
    expect(await redis.hget(KEY, 'schema')).toBe('3');
  });

  test('at once where nothing has been before', async () => {
    expect((await running(INCOMPATIBLE)).isSettled).toBe(true);
  });

  test('minutes later where 0.1.0 has been, which does not look at the schema', async () => {
    await redis.hset('{altur}:calls:meta', 'version', 'bullmq:6.7.0');
    const guard = await running(INCOMPATIBLE);
    await age(5 * 60_000);
    expect(await settles(guard)).toBe(false);
    await age(6 * 60_000);
    expect(await settles(guard)).toBe(true);
  });

  test('not any more when an older Redis took the place of this one, nor on a newer one', async () => {
    const guard = await running(INCOMPATIBLE);
    await redis.flushall();
    await start(OLD);
    expect(await settles(guard)).toBe(false);
    await age(31_000);
    expect(await settles(guard)).toBe(true);
    await start({ ...INCOMPATIBLE, schema: 4 });
    expect(await settles(guard)).toBe(false);
  });
});
