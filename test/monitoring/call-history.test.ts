/** The history of calls in a real Redis: what is kept, whatever order it is told in, and how much memory it takes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallHistory, CallUpdate, TimelineEntry } from '../../src/monitoring/call-history.ts';
import { openCallHistory } from '../../src/monitoring/call-history-store.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: RedisClient;
let history: CallHistory;

beforeAll(async () => {
  server = await startRedis();
  redis = connectWorker({ nodes: [server.url] });
});
beforeEach(async () => {
  await redis.flushall();
  history = openCallHistory(redis);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** A moment of the test, in ms after its beginning. */
const start = Date.now() - 60_000;
const at = (ms: number) => start + ms;

const received = (callId: string, ms: number, fields: Partial<CallUpdate> = {}): CallUpdate => {
  return { callId, version: at(ms), entry: { at: at(ms), event: 'received' }, ...fields };
};
const duplicate = (callId: string, ms: number): CallUpdate => {
  return { callId, version: at(ms), entry: { at: at(ms), event: 'duplicate' } };
};
const synced = (
  callId: string,
  version: number,
  ms: number,
  fields: Partial<CallUpdate> = {},
): CallUpdate => {
  return {
    callId,
    version: at(version),
    outcome: 'synced',
    entry: { at: at(ms), event: 'synced' },
    ...fields,
  };
};
const retried = (callId: string, version: number, ms: number): CallUpdate => {
  const entry: TimelineEntry = {
    at: at(ms),
    event: 'retry',
    code: 'RECORD_BUSY',
    reason: 'locked',
    nextAt: at(ms + 50),
  };
  return { callId, version: at(version), outcome: 'retrying', entry };
};

const events = async (callId: string) => (await history.read(callId))!.timeline.map(({ event }) => event);
const summary = async (callId: string) => (await history.read(callId))!.summary;

describe('the outcome', () => {
  test('is that of the latest version, in whatever order its updates arrive', async () => {
    const updates = [received('cll_a', 0), retried('cll_a', 0, 10), synced('cll_a', 0, 20)];
    for (const order of permutations(updates)) {
      await redis.flushall();
      for (const update of order) await history.add([update]);
      expect(await summary('cll_a')).toEqual({
        callId: 'cll_a',
        outcome: 'synced',
        receivedAt: at(0),
        updatedAt: at(20),
        version: at(0),
      });
      expect(await events('cll_a')).toEqual(['received', 'retry', 'synced']);
      expect(await history.find({ outcome: 'synced', limit: 9 })).toHaveLength(1);
      expect(await history.find({ outcome: 'retrying', limit: 9 })).toEqual([]);
      expect(await history.find({ outcome: 'queued', limit: 9 })).toEqual([]);
    }
  });

  test('is queued again when a changed version arrives, and what becomes of the earlier one does not change that', async () => {
    await history.add([received('cll_a', 0), received('cll_a', 30), synced('cll_a', 0, 40)]);
    expect(await summary('cll_a')).toMatchObject({ outcome: 'queued', receivedAt: at(0) });
    expect(await history.read('cll_a')).toMatchObject({ lastReceivedAt: at(30) });
    await history.add([synced('cll_a', 30, 50)]);
    expect(await summary('cll_a')).toMatchObject({ outcome: 'synced' });
  });

  test('counts although the clock of the machine that wrote the call is behind', async () => {
    await history.add([received('cll_a', 1_000), synced('cll_a', 1_000, 400)]);
    expect(await summary('cll_a')).toMatchObject({ outcome: 'synced' });
  });

  test('of a call that was discarded stays so when the worker tells late why it is a dead letter', async () => {
    const dead = (version: number, ms: number): CallUpdate => {
      const entry = {
        at: at(ms),
        event: 'dead-letter',
        code: 'RECORD_REJECTED',
        reason: 'rejected',
      } as const;
      return { callId: 'cll_a', version: at(version), outcome: 'dead-letter', entry };
    };
    const discarded = { at: at(10), event: 'discarded-by-operator', code: 'DISCARDED' } as const;
    await history.add([received('cll_a', 0)]);
    await history.add([{ callId: 'cll_a', outcome: 'dead-letter', entry: discarded }]);
    await history.add([dead(0, 5)]);
    expect(await summary('cll_a')).toMatchObject({ outcome: 'dead-letter', code: 'DISCARDED' });
    expect(await events('cll_a')).toEqual(['received', 'dead-letter', 'discarded-by-operator']);
    // Delivered again, it is another version.
    await history.add([received('cll_a', 20), dead(20, 30)]);
    expect(await summary('cll_a')).toMatchObject({ outcome: 'dead-letter', code: 'RECORD_REJECTED' });
  });

  test('of a duplicate is unknown to the history only as long as nothing else is told', async () => {
    await history.add([duplicate('cll_a', 30)]);
    expect(await summary('cll_a')).toMatchObject({ outcome: 'queued', receivedAt: at(30) });
    await history.add([synced('cll_a', 0, 20)]);
    expect(await summary('cll_a')).toMatchObject({ outcome: 'synced' });
    expect(await history.read('cll_a')).toMatchObject({ duplicates: 1 });
  });

  test('holds the code, and why a call has no person, until it changes', async () => {
    const entry: TimelineEntry = { at: at(9), event: 'dead-letter', code: 'FIELD_REJECTED', reason: 'no' };
    await history.add([
      received('cll_a', 0),
      { callId: 'cll_a', version: at(0), outcome: 'dead-letter', entry },
      synced('cll_b', 0, 9, { unassigned: 'SEVERAL_MATCHES' }),
    ]);
    expect(await summary('cll_a')).toMatchObject({ outcome: 'dead-letter', code: 'FIELD_REJECTED' });
    expect(await history.find({ outcome: 'unassigned', limit: 9 })).toMatchObject([
      { callId: 'cll_b', unassigned: 'SEVERAL_MATCHES' },
    ]);
    await history.add([
      { callId: 'cll_a', outcome: 'queued', entry: { at: at(20), event: 'retried-by-operator' } },
      synced('cll_b', 0, 20),
    ]);
    expect((await summary('cll_a')).code).toBeUndefined();
    expect(await summary('cll_a')).toMatchObject({ outcome: 'queued' });
    expect(await history.find({ outcome: 'unassigned', limit: 9 })).toEqual([]);
  });
});

describe('the timeline', () => {
  test('is read as it was written, the requests of a batch by each of its calls', async () => {
    const requests = [
      { method: 'POST', endpoint: '/crm/v3/objects/contacts/search', status: 200, ms: 12 },
      { method: 'POST', endpoint: '/crm/v3/objects/calls/batch/upsert', ms: 900 },
    ];
    const entry: TimelineEntry = { at: at(5), event: 'synced', batchSize: 2, requests };
    await history.add([
      synced('cll_a', 0, 5, { entry }),
      synced('cll_b', 0, 5, { entry }),
      synced('cll_c', 0, 5, { entry: { ...entry, batchSize: 1 } }),
      retried('cll_d', 0, 6),
    ]);
    expect((await history.read('cll_a'))!.timeline).toEqual([entry]);
    expect((await history.read('cll_b'))!.timeline).toEqual([entry]);
    expect((await history.read('cll_c'))!.timeline).toEqual([{ ...entry, batchSize: 1 }]);
    expect((await history.read('cll_d'))!.timeline).toEqual([retried('cll_d', 0, 6).entry]);
  });

  test('shows many pauses in a row as the first and the latest', async () => {
    const pause = (ms: number): CallUpdate => {
      return { callId: 'cll_a', version: at(0), outcome: 'queued', entry: pauseAt(ms) };
    };
    const pauseAt = (ms: number): TimelineEntry => ({ at: at(ms), event: 'pause', code: 'CRM_UNAVAILABLE' });
    await history.add([received('cll_a', 0), ...[1, 2, 3, 4, 5].map(pause), synced('cll_a', 0, 9)]);
    expect((await history.read('cll_a'))!.timeline).toEqual([
      { at: at(0), event: 'received' },
      pauseAt(1),
      { ...pauseAt(5), times: 4 },
      { at: at(9), event: 'synced' },
    ]);
  });

  test('keeps its beginning and its end, however long it gets', async () => {
    await history.add([received('cll_a', 0)]);
    await history.add(Array.from({ length: 100 }, (_, index) => retried('cll_a', 0, index + 1)));
    const { timeline } = (await history.read('cll_a'))!;
    expect(timeline).toHaveLength(40);
    expect(timeline[0]!.event).toBe('received');
    expect(timeline.at(-1)!.at).toBe(at(100));
  });

  test('of a call id that is no key holds the id', async () => {
    const callId = 'llamada:1 ñ\n{altur}';
    await history.add([received(callId, 0)]);
    expect(await summary(callId)).toMatchObject({ callId });
    expect(await history.find({ limit: 9 })).toMatchObject([{ callId }]);
  });
});

describe('calls are found', () => {
  test('by each name of their person and by all of them, of which Redis holds hashes only', async () => {
    const names = ['key:cliente-1', 'phone:+525512345678'];
    await history.add([
      received('cll_a', 0, { names }),
      received('cll_b', 1, { names: ['phone:+525512345678'] }),
      synced('cll_c', 2, 3, { names: ['key:otro'] }),
    ]);
    const ids = async (...wanted: string[]) => {
      return (await history.find({ names: wanted, limit: 9 })).map(({ callId }) => callId);
    };
    expect(await ids('phone:+525512345678')).toEqual(['cll_b', 'cll_a']);
    expect(await ids('key:cliente-1')).toEqual(['cll_a']);
    expect(await ids(...names)).toEqual(['cll_a']);
    // The first of them, ingress or worker, says who the person is.
    expect(await ids('key:otro')).toEqual(['cll_c']);
    expect(await ids('key:nadie')).toEqual([]);
    expect(await contents(redis)).not.toMatch(/cliente-1|5512345678|otro/);
  });

  test('by time and outcome, the latest change first, page by page', async () => {
    await history.add(Array.from({ length: 1_200 }, (_, index) => received(`cll_${index}x`, index)));
    await history.add([synced('cll_5x', 5, 5_000)]);
    expect((await history.find({ limit: 2 })).map(({ callId }) => callId)).toEqual(['cll_5x', 'cll_1199x']);
    expect(await history.find({ outcome: 'queued', limit: 5_000 })).toHaveLength(1_199);
    expect(await history.find({ since: at(1_190), until: at(1_195), limit: 100 })).toHaveLength(6);
    expect(await history.find({ callId: 'cll_7x', limit: 1 })).toHaveLength(1);
    expect(await history.find({ callId: 'cll_nobody', limit: 1 })).toEqual([]);
  });
});

describe('memory', () => {
  test('is bounded: of too many calls the oldest that need nobody are forgotten first', async () => {
    history = openCallHistory(redis, { maxCalls: 50 });
    const entry: TimelineEntry = { at: at(0), event: 'dead-letter' };
    await history.add([{ callId: 'cll_dead', version: at(0), outcome: 'dead-letter', entry }]);
    for (let index = 0; index < 120; index++) await history.add([synced(`cll_${index}x`, index, index)]);
    const found = await history.find({ limit: 500 });
    expect(found).toHaveLength(50);
    expect(found[0]!.callId).toBe('cll_119x');
    expect(found.at(-1)!.callId).toBe('cll_dead');
    expect(await history.read('cll_0x')).toBeUndefined();
    expect(await redis.keys('{altur}:history:call:*')).toHaveLength(50);
  });

  test('of a number that thousands of calls are with holds the latest, and those of all others', async () => {
    const names = ['phone:+525500000000'];
    await history.add([received('cll_other', 0, { names: ['key:other'] })]);
    for (let index = 0; index < 4_000; index += 200) {
      await history.add(
        Array.from({ length: 200 }, (_, offset) =>
          received(`cll_${index + offset}x`, 1 + index + offset, { names }),
        ),
      );
    }
    const found = await history.find({ names, limit: 5_000 });
    expect(found[0]!.callId).toBe('cll_3999x');
    expect(found.length).toBeGreaterThanOrEqual(200);
    expect(found.length).toBeLessThanOrEqual(2_001);
    expect(await history.find({ names: ['key:other'], limit: 1 })).toHaveLength(1);
  });

  test('of a call that is forgotten is given back whole, its person included', async () => {
    history = openCallHistory(redis, { maxCalls: 1 });
    for (const id of ['cll_first', 'cll_second']) {
      await history.add([synced(id, 0, 1, { names: [`key:${id}`], unassigned: 'NO_MATCH' })]);
    }
    expect(JSON.stringify(await contents(redis))).not.toContain('cll_first');
  });

  test('expires in 30 days, all of it, and every key is in the slot of the others', async () => {
    await history.add([received('cll_a', 0, { names: ['key:1'] })]);
    const keys = await redis.keys('*');
    expect(keys.filter((key) => !key.startsWith('{altur}:'))).toEqual([]);
    const lifetime = await redis.pttl('{altur}:history:call:cll_a');
    expect(lifetime).toBeGreaterThan(29 * 24 * 3_600_000);
    expect(await redis.pttl(keys.find((key) => key.includes(':person:'))!)).toBeGreaterThan(
      29 * 24 * 3_600_000,
    );
  });

  test('of a usual call (three requests, alone in its batch, a person of its own) is less than 700 bytes', async () => {
    const requests = ['contacts/search', 'contacts/batch/upsert', 'calls/batch/upsert'].map((path) => {
      return { method: 'POST', endpoint: `/crm/objects/2026-03/${path}`, status: 200, ms: 123 };
    });
    const used = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]);
    const before = await used();
    const CALLS = 30_000;
    for (let index = 0; index < CALLS; index += 100) {
      const batch = Array.from({ length: 100 }, (_, offset) => {
        const callId = `cll_${String(index + offset).padStart(20, '0')}`;
        const names = [`key:user_${index + offset}`, `phone:+5255${10_000_000 + index + offset}`];
        const entry: TimelineEntry = { at: at(900), event: 'synced', batchSize: 1, requests };
        return [received(callId, 0, { names }), synced(callId, 0, 900, { entry, names })];
      });
      await history.add(batch.flat());
    }
    const perCall = ((await used()) - before) / CALLS;
    console.info(`the history takes ${Math.round(perCall)} bytes per call`);
    expect(perCall).toBeLessThan(700);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => {
    return permutations(items.toSpliced(index, 1)).map((others) => [item, ...others]);
  });
}

/** Everything that Redis holds, as text. */
async function contents(client: RedisClient): Promise<string> {
  const keys = await client.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await client.type(key);
      if (type === 'hash') return client.hgetall(key);
      return type === 'zset' ? client.zrange(key, '0', '-1') : client.get(key);
    }),
  );
  return JSON.stringify([keys, values]);
}

describe('texts that are not well-formed Unicode', () => {
  /** Half of a character: JSON allows it, the JSON parser of Redis does not. */
  const HALF = '\ud83d';

  test('a call id with half a character costs no other call of the batch its history', async () => {
    await history.add([received('cll_one', 0), received(`odd ${HALF}`, 0), received('cll_two', 0)]);
    expect([await events('cll_one'), await events('cll_two')]).toEqual([['received'], ['received']]);
    expect((await history.read(`odd ${HALF}`))!.summary.callId).toBe('odd \ufffd');
  });

  test('nor does a reason that is cut in the middle of a character, however often it comes', async () => {
    const reason = `${'a'.repeat(299)}😀`;
    const paused = (ms: number): CallUpdate => {
      const entry: TimelineEntry = { at: at(ms), event: 'pause', code: 'CRM_UNAVAILABLE', reason };
      return { callId: 'cll_one', version: at(0), outcome: 'queued', entry };
    };
    await history.add([received('cll_one', 0), paused(1), paused(2), paused(3), received('cll_two', 0)]);
    expect(await events('cll_one')).toEqual(['received', 'pause', 'pause']);
    expect(await events('cll_two')).toEqual(['received']);
    expect((await history.read('cll_one'))!.timeline.at(-1)).toMatchObject({
      times: 2,
      reason: `${'a'.repeat(299)}\ufffd`,
    });
  });
});
