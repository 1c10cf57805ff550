/**
 * Sends signed events over keep-alive connections, one request at a time on each, as fast as they are answered. A process
 * of its own: what it costs is not the ingress' cost. Bare sockets, so that it costs little.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { sign } from '../src/altur/signature.ts';
import { eventOf } from './ingress-events.ts';

export interface Order {
  readonly url: string;
  readonly secret: string;
  readonly connections: number;
  readonly ms: number;
  /** The number of the first event; no two orders may send the same. */
  readonly first: number;
}

export interface Sent {
  /** Answered 200 `queued`. */
  readonly queued: number;
  /** Every other answer, by its first line and body. */
  readonly others: Readonly<Record<string, number>>;
  readonly ms: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Sender {
  send(order: Order): Promise<Sent>;
  stop(): void;
}

/** More than are ever answered in a second. */
const EVENTS_PER_SECOND = 12_000;
const QUEUED = '{"status":"queued"}';

export function startSender(): Sender {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: [] });
  return {
    async send(order) {
      const listening = new AbortController();
      const { signal } = listening;
      const died = once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`the sender ended with ${code}`);
      });
      try {
        child.send(order);
        const [sent] = await Promise.race([once(child, 'message', { signal }), died]);
        return sent as Sent;
      } finally {
        died.catch(() => {});
        listening.abort();
      }
    },
    stop: () => void child.kill(),
  };
}

async function send({ url, secret, connections, ms, first }: Order): Promise<Sent> {
  const { host, hostname, port } = new URL(url);
  const count = Math.ceil((EVENTS_PER_SECOND * ms) / 1_000);
  const requests = Array.from({ length: count }, (_, index) => requestOf(host, secret, first + index));
  const tally = new Tally();
  const startedAt = performance.now();
  const next = () => (performance.now() - startedAt < ms ? requests.pop() : undefined);
  const lanes = Array.from({ length: connections }, () => lane(Number(port), hostname, next, tally));
  await Promise.all(lanes);
  if (requests.length === 0)
    throw new Error('more were answered than were prepared: raise EVENTS_PER_SECOND');
  return tally.sent(performance.now() - startedAt);
}

function requestOf(host: string, secret: string, index: number): Buffer {
  const body = JSON.stringify(eventOf(index));
  const head = [
    'POST /webhooks/altur/on-call-end HTTP/1.1',
    `Host: ${host}`,
    'Content-Type: application/json',
    `X-Altur-Signature: ${sign(body, secret, 'hex')}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

class Tally {
  readonly #times: number[] = [];
  readonly #others: Record<string, number> = {};
  #queued = 0;

  add(answer: string, ms: number): void {
    this.#times.push(ms);
    if (answer.startsWith('HTTP/1.1 200 ') && answer.endsWith(QUEUED)) this.#queued += 1;
    else {
      const [line = ''] = answer.split('\r\n');
      const text = `${line} ${answer.slice(answer.indexOf('\r\n\r\n') + 4)}`;
      this.#others[text] = (this.#others[text] ?? 0) + 1;
    }
  }

  sent(ms: number): Sent {
    const sorted = Float64Array.from(this.#times).sort();
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return { queued: this.#queued, others: this.#others, ms, p50: at(0.5), p99: at(0.99) };
  }
}

/** One connection, until there is no next request. */
function lane(port: number, host: string, next: () => Buffer | undefined, tally: Tally): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host, noDelay: true });
    let answer = '';
    let sentAt = 0;
    const sendNext = () => {
      const request = next();
      if (request === undefined) {
        socket.end();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    };
    socket.once('connect', sendNext);
    socket.once('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed before its answer')));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      tally.add(answer, performance.now() - sentAt);
      answer = '';
      sendNext();
    });
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(answer) ?? [];
  if (length === undefined) throw new Error(`an answer without a length: ${answer}`);
  return answer.length >= end + 4 + Number(length);
}

// In the parent it is only a module.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('message', (order: Order) => {
    send(order).then(
      (sent) => process.send!(sent),
      (error: Error) => {
        console.error(error.stack);
        process.exit(1);
      },
    );
  });
}
