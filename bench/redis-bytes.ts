/**
 * What an event that waits takes in Redis: of events of 1.4 KB and of 20 KB, in the form that every version reads (what
 * 0.3.0 stores) and in the compact one; what each key has of it; and what packing and unpacking takes.
 */
import { type CallEvent, parseEvent } from '../src/altur/event.ts';
import { personNamer } from '../src/mapping/person-names.ts';
import { openCallHistory } from '../src/monitoring/call-history-store.ts';
import { decode, encode, type StoredForm } from '../src/queue/job.ts';
import { enqueue, openQueue, QUEUE_NAME } from '../src/queue/queue.ts';
import { connectedWithin, connectWorker, type RedisClient } from '../src/queue/redis.ts';
import { HistoryRecorder } from '../src/service/record-history.ts';
import { startRedis } from '../test/redis-server.ts';
import { EVENT_KINDS, type EventKind } from './event-kinds.ts';

const SIZES = [
  { bytes: 1_400, events: 3_000, atMost: 1.3 },
  { bytes: 20_000, events: 300, atMost: 0.5 },
] as const;

interface Stored {
  readonly event: number;
  /** Job, its place in the queue, and what recognises its redelivery. */
  readonly queue: number;
  /** What the lists of calls show of it, kept for a month. */
  readonly history: number;
}

export async function measureRedisBytes(print: (line: string) => void): Promise<void> {
  print(
    'Bytes per waiting event: its JSON, in the queue, the ratio, and the history of the call beside it\n',
  );
  print(row(['event', 'form', 'JSON', 'queue', 'ratio', 'at most', 'history']));
  for (const { bytes, events, atMost } of SIZES) {
    for (const kind of EVENT_KINDS) {
      for (const form of ['plain', 'compact'] as const) {
        const stored = await store(kind, bytes, events, form);
        const [json, inQueue, history] = [stored.event, stored.queue, stored.history].map((each) =>
          each.toFixed(0),
        );
        const ratio = (stored.queue / stored.event).toFixed(2);
        print(
          row([kind.name, form, json!, inQueue!, ratio, form === 'compact' ? `${atMost}` : '', history!]),
        );
      }
    }
  }
  print(
    '\nµs per event (the fastest of many rounds): JSON.stringify alone, packing, unpacking and JSON.parse\n',
  );
  print(row(['event', '', 'JSON', 'stringify', 'pack', 'unpack']));
  for (const { bytes } of SIZES) for (const kind of EVENT_KINDS) print(times(kind, bytes));
}

async function store(kind: EventKind, bytes: number, count: number, form: StoredForm): Promise<Stored> {
  const server = await startRedis();
  const redis = connectWorker({ nodes: [server.url] });
  const queue = openQueue(redis, QUEUE_NAME, () => form === 'compact');
  try {
    if (!(await connectedWithin(redis, 10_000))) throw new Error('Redis is not there');
    const events = Array.from({ length: count }, () => read(kind.make(bytes)));
    await enqueue(queue, read(kind.make(bytes)), Date.now());
    const before = await usedMemory(redis);
    await inGroups(events, (event) => enqueue(queue, event, Date.now(), ['hubspot']));
    const queued = await usedMemory(redis);
    await addHistories(redis, events);
    const length = events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
    return {
      event: length / count,
      queue: (queued - before) / count,
      history: ((await usedMemory(redis)) - queued) / count,
    };
  } finally {
    await queue.close();
    redis.disconnect();
    await server.stop();
  }
}

async function addHistories(redis: RedisClient, events: readonly CallEvent[]): Promise<void> {
  const recorder = new HistoryRecorder({
    history: openCallHistory(redis),
    log: { warn() {} },
    personNames: personNamer('MX'),
  });
  await inGroups(events, async (event) => {
    recorder.received(event, Date.now(), 'queued');
    await recorder.settle();
  });
}

async function inGroups(
  events: readonly CallEvent[],
  work: (event: CallEvent) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < events.length; start += 100)
    await Promise.all(events.slice(start, start + 100).map(work));
}

function read(json: object): CallEvent {
  const parsed = parseEvent(json);
  if (parsed.kind !== 'call') throw new Error('the benchmark makes no valid event');
  return parsed.event;
}

async function usedMemory(redis: RedisClient): Promise<number> {
  const info = await redis.info('memory');
  const of = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  // The buffers of the connections are as large as what was sent at once.
  return of('used_memory') - of('mem_clients_normal');
}

const ROUNDS = 150;
const PER_ROUND = 20;

function times(kind: EventKind, bytes: number): string {
  const deliveries = Array.from({ length: PER_ROUND }, () => ({
    event: read(kind.make(bytes)),
    digest: '',
    receivedAt: 0,
  }));
  const jsons = deliveries.map(({ event }) => JSON.stringify(event));
  const stored = deliveries.map((delivery) => encode(delivery, 'compact'));
  const length = jsons.reduce((sum, json) => sum + Buffer.byteLength(json), 0) / PER_ROUND;
  const measured = [
    fastest((index) => JSON.stringify(deliveries[index]!.event)),
    fastest((index) => encode(deliveries[index]!, 'compact', jsons[index])),
    fastest((index) => decode(stored[index]!)),
  ];
  return row([kind.name, '', length.toFixed(0), ...measured.map((micros) => micros.toFixed(1))]);
}

/** Other processes can only make it slower. */
function fastest(work: (index: number) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    for (let index = 0; index < PER_ROUND; index++) work(index);
    best = Math.min(best, performance.now() - startedAt);
  }
  return (best * 1_000) / PER_ROUND;
}

function row(cells: readonly string[]): string {
  const widths = [21, 8, 7, 10, 6, 8, 8];
  return cells
    .map((cell, index) => (index < 2 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)))
    .join(' ');
}
