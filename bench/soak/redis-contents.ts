/** What Redis holds after a soak, by kind of key: the ledger, which is kept for 30 days, and everything else. */
import type { RedisClient } from '../../src/queue/redis.ts';

export interface KeyKind {
  readonly name: string;
  readonly keys: number;
  /** Of a kind: by how much the memory of Redis shrank when they were deleted. */
  readonly bytes: number;
}

/** The kinds that are kept on purpose, by the part of their names that tells them apart. */
const LEDGER: Readonly<Record<string, RegExp>> = {
  'history of a call': /^\{altur\}:history/,
  'result of a call (ledger)': /^\{altur\}:\w+:call:/,
  'version begun': /^\{altur\}:\w+:begun-versions:/,
  'digest of a delivery': /^\{altur\}:calls:de:/,
  'person cache': /^\{altur\}:\w+:sealed-person:/,
  'last writes of a person': /^\{altur\}:\w+:applied:/,
};

/** Redis shrinks its tables step by step. */
const SETTLE_MS = 250;
const SETTLE_ROUNDS = 4;
const KEYS_AT_ONCE = 1_000;

export interface RedisContents {
  readonly ledger: readonly KeyKind[];
  /** All other keys, the largest first. */
  readonly others: readonly KeyKind[];
  /** Of Redis, without the ledger. */
  readonly restBytes: number;
}

/** Deletes the ledger, kind by kind: what a key takes is what is free afterwards. */
export async function takeApart(redis: RedisClient): Promise<RedisContents> {
  const byKind = new Map<string, string[]>(Object.keys(LEDGER).map((name) => [name, []]));
  const others: string[] = [];
  for (const key of await allKeys(redis)) {
    const [kind] = Object.entries(LEDGER).find(([, pattern]) => pattern.test(key)) ?? [];
    (kind === undefined ? others : byKind.get(kind)!).push(key);
  }
  const ledger: KeyKind[] = [];
  let before = await settledBytes(redis);
  for (const [name, keys] of byKind) {
    if (keys.length === 0) continue;
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) await redis.del(keys.slice(at, at + KEYS_AT_ONCE));
    const after = await settledBytes(redis);
    ledger.push({ name, keys: keys.length, bytes: before - after });
    before = after;
  }
  const sizes = await Promise.all(others.map((name) => sizeOf(redis, name)));
  return { ledger, others: sizes.toSorted((a, b) => b.bytes - a.bytes), restBytes: before };
}

async function sizeOf(redis: RedisClient, name: string): Promise<KeyKind> {
  return { name, keys: 1, bytes: Number(await redis.memory('USAGE', name, 'SAMPLES', 0)) };
}

export async function usedBytes(redis: RedisClient): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
}

async function settledBytes(redis: RedisClient): Promise<number> {
  let lowest = await usedBytes(redis);
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
    await new Promise((next) => setTimeout(next, SETTLE_MS));
    const bytes = await usedBytes(redis);
    if (bytes < lowest - 10_000) round = -1;
    lowest = Math.min(lowest, bytes);
  }
  return lowest;
}

async function allKeys(redis: RedisClient): Promise<readonly string[]> {
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const [next, some] = await redis.scan(cursor, 'COUNT', 2_000);
    for (const key of some) keys.add(key);
    cursor = next;
  } while (cursor !== '0');
  return [...keys];
}
