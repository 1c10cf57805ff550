/** The schema of the data in Redis: raised by newer versions, refused by older ones. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
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
    compatibleWith: '1',
    version: readVersion(),
  });
  expect(await redis.pttl(KEY)).toBe(-1);
});

test('a newer version raises an older one', async () => {
  await start(OLD);
  expect(await start(NEW)).toBeUndefined();
  expect(await redis.hgetall(KEY)).toEqual({ schema: '3', compatibleWith: '2', version: '0.4.0' });
});

test('a version does not start on a newer one, not even on a compatible one, and says what to do', async () => {
  await start(NEW);
  expect(await start(OLD)).toEqual({
    code: 'REDIS_SCHEMA_NEWER',
    reason:
      'Redis holds data of schema 3, written by version 0.4.0; this is version 0.2.0, which knows schema 2',
    fix: 'install 0.4.0 or later, or use another Redis',
  });
  expect(await redis.hgetall(KEY)).toEqual({ schema: '3', compatibleWith: '2', version: '0.4.0' });
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
