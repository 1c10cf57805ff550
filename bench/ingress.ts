/**
 * What an accepted event costs the ingress, beside the webhook as it is usually written (`ingress-naive.ts`), in the same
 * run on the same Redis, which keeps every event on its disk. In turns, so that a busy machine is as busy for both; CPU
 * per request says more than requests per second, since the sender and Redis run on the same cores.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { SECRET, startProcess } from '../test/e2e/service-process.ts';
import { cpuMs } from '../test/faults/deployment.ts';
import { startRedis } from '../test/redis-server.ts';
import { EVENT_BYTES } from './ingress-events.ts';
import { type Order, type Sender, startSender } from './ingress-sender.ts';
import { rssMiB } from './load.ts';

const ROUNDS = 5;
const CONNECTIONS = 64;
const LOAD_MS = 2_000;
const ALONE_MS = 1_000;
const WARM_UP_MS = 1_500;
const AT_LEAST = 1.25;
const P99_AT_MOST_MS = 30;
/** Every event is in the log of Redis before it is answered; no rewriting of it disturbs one of the two more. */
const REDIS_SETTINGS = { appendonly: 'yes', appendfsync: 'everysec', 'auto-aof-rewrite-percentage': '0' };

interface Ingress {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** The list of the jobs that wait, in Redis. */
  readonly waiting: string;
  readonly rounds: Round[];
  answered: number;
  stop(): unknown;
}

interface Round {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly p50: number;
  readonly p99: number;
  /** With one connection. */
  readonly alone: { readonly perSecond: number; readonly p50: number; readonly cpuUs: number };
}

export async function measureIngress(print: (line: string) => void): Promise<void> {
  const redis = await startRedis(REDIS_SETTINGS);
  const client = new Redis(redis.url);
  const sender = startSender();
  const started: Ingress[] = [];
  try {
    const naive = await startNaive(redis.url);
    started.push(naive);
    const ours = await startOurs(redis.url);
    started.push(ours);
    const numbers = new EventNumbers();
    for (const each of started) await sendTo(each, sender, numbers.take(WARM_UP_MS), CONNECTIONS, WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const each of started) each.rounds.push(await measureRound(each, sender, numbers));
    }
    report(naive, ours, print);
    for (const { name, waiting, answered } of started) {
      const stored = await client.llen(waiting);
      if (stored !== answered) throw new Error(`${name}: ${answered} answered, but ${stored} in Redis`);
      print(`${name}: ${answered} requests answered 200, as many jobs in Redis`);
    }
    print(`ours, RSS at the end: ${rssMiB(ours.pid).toFixed(0)} MiB`);
  } finally {
    sender.stop();
    for (const each of started) await each.stop();
    client.disconnect();
    await redis.stop();
  }
}

async function startNaive(redisUrl: string): Promise<Ingress> {
  const file = fileURLToPath(new URL('ingress-naive.ts', import.meta.url));
  const child = spawn(process.execPath, [file, redisUrl, SECRET], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(createInterface(child.stdout), 'line');
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  return { name: 'naive', url, pid: child.pid!, waiting: 'bull:naive:wait', rounds: [], answered: 0, stop };
}

/** The service as it runs anywhere, its log included. */
async function startOurs(redisUrl: string): Promise<Ingress> {
  const service = await startProcess({ CRM_CONNECTOR: 'preview', REDIS_URL: redisUrl }, 'ingress');
  const { url, pid, stop } = service;
  return { name: 'ours', url, pid, waiting: '{altur}:calls:wait', rounds: [], answered: 0, stop };
}

/** Numbers that no event had before. */
class EventNumbers {
  #next = 0;

  take(ms: number): number {
    const first = this.#next;
    this.#next += ms * 20;
    return first;
  }
}

async function measureRound(ingress: Ingress, sender: Sender, numbers: EventNumbers): Promise<Round> {
  const load = await sendTo(ingress, sender, numbers.take(LOAD_MS), CONNECTIONS, LOAD_MS);
  const alone = await sendTo(ingress, sender, numbers.take(ALONE_MS), 1, ALONE_MS);
  return { ...load, alone };
}

async function sendTo(ingress: Ingress, sender: Sender, first: number, connections: number, ms: number) {
  const cpu = cpuMs(ingress.pid);
  const order: Order = { url: ingress.url, secret: SECRET, connections, ms, first };
  const sent = await sender.send(order);
  const others = Object.entries(sent.others).map(([answer, count]) => `${count} times ${answer}`);
  if (others.length > 0) throw new Error(`${ingress.name} answered ${others.join(', ')}`);
  ingress.answered += sent.queued;
  return {
    perSecond: (sent.queued * 1_000) / sent.ms,
    cpuUs: ((cpuMs(ingress.pid) - cpu) * 1_000) / sent.queued,
    p50: sent.p50,
    p99: sent.p99,
  };
}

function report(naive: Ingress, ours: Ingress, print: (line: string) => void): void {
  print(`${CONNECTIONS} connections, events of ${EVENT_BYTES} B, medians of ${ROUNDS} rounds in turns\n`);
  print(
    row(['', 'requests/s', 'CPU µs/request', 'p50 ms', 'p99 ms', 'alone: requests/s', 'p50 ms', 'CPU µs']),
  );
  for (const { name, rounds } of [naive, ours]) {
    const of = (value: (round: Round) => number, digits: number) => median(rounds.map(value)).toFixed(digits);
    print(
      row([
        name,
        of(({ perSecond }) => perSecond, 0),
        of(({ cpuUs }) => cpuUs, 0),
        of(({ p50 }) => p50, 1),
        of(({ p99 }) => p99, 1),
        of(({ alone }) => alone.perSecond, 0),
        of(({ alone }) => alone.p50, 2),
        of(({ alone }) => alone.cpuUs, 0),
      ]),
    );
  }
  const ratio = (value: (round: Round) => number) => {
    return median(ours.rounds.map((round, index) => value(round) / value(naive.rounds[index]!)));
  };
  const p99 = median(ours.rounds.map((round) => round.p99));
  print('');
  print(
    `requests/s, ours : naive   ${ratio(({ perSecond }) => perSecond).toFixed(2)} (at least ${AT_LEAST})`,
  );
  print(`CPU/request, naive : ours  ${(1 / ratio(({ cpuUs }) => cpuUs)).toFixed(2)}`);
  print(`p99                        ${p99.toFixed(1)} ms (at most ${P99_AT_MOST_MS})`);
  print(`alone, requests/s          ${ratio(({ alone }) => alone.perSecond).toFixed(2)}`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function row(cells: readonly string[]): string {
  const widths = [6, 11, 15, 7, 7, 18, 7, 7];
  return cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' ');
}
