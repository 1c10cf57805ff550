/**
 * What listeners cost an ingress: its memory, and the time that a webhook takes, while many listen slowly to a recording
 * of 10 MB. The simulated Altur and what listens are other processes, but on the same cores.
 */
import { connect, type Socket } from 'node:net';
import { RecordingLinks } from '../src/recordings/recording-links.ts';
import { deliver, type ServiceProcess, startProcess } from '../test/e2e/service-process.ts';
import { startRedis } from '../test/redis-server.ts';
import { startProcess as startSimulator } from '../test/simulators/kit/simulator-process.ts';
import { range } from './events.ts';
import { rssMiB } from './load.ts';
import type { Print } from './part.ts';

const LISTENERS = 200;
const BYTES = 10_000_000;
/** What a player takes of an mp3 with 128 kbit/s. */
const BYTES_PER_SECOND = 16_000;
const TICK_MS = 250;
const SECONDS = 8;
const SERVED_AT_ONCE = 10;
const SERVED_BEFORE = 3 * SERVED_AT_ONCE;
const WEBHOOKS_PER_SECOND = 20;
const SECRET = 'a secret of recording links';
const CALL = 'cll_bench';

export async function measureRecordings(print: Print): Promise<void> {
  const settings = { recording: { format: 'mp3', bytes: BYTES }, seed: { calls: [{ id: CALL }] } };
  const simulator = await startSimulator('../altur/main.ts', [JSON.stringify(settings)]);
  const { apiUrl, apiKey } = JSON.parse(simulator.readyLine) as { apiUrl: string; apiKey: string };
  const redis = await startRedis();
  const env = {
    REDIS_URL: redis.url,
    ALTUR_API_URL: apiUrl,
    ALTUR_API_KEY: apiKey,
    PUBLIC_URL: 'http://127.0.0.1',
    RECORDING_LINK_SECRET: SECRET,
  };
  const ingress = await startProcess(env, 'ingress');
  try {
    await measure(print, ingress);
  } finally {
    await ingress.stop();
    await redis.stop();
    await simulator.stop();
  }
}

async function measure(print: Print, ingress: ServiceProcess): Promise<void> {
  const links = new RecordingLinks({ publicUrl: ingress.url, secrets: [SECRET], isDerived: false });
  const link = links.linkTo(CALL);
  await webhooks(ingress.url, 0, 3);
  for (let served = 0; served < SERVED_BEFORE; served += SERVED_AT_ONCE)
    await Promise.all(Array.from({ length: SERVED_AT_ONCE }, () => download(link)));
  const idle = await webhooks(ingress.url, 1_000, SECONDS);
  const served = rssMiB(ingress.pid);
  const listeners = Array.from({ length: LISTENERS }, () => new SlowListener(link));
  let most = 0;
  const sampling = setInterval(() => {
    most = Math.max(most, rssMiB(ingress.pid));
  }, 100);
  const busy = await webhooks(ingress.url, 10_000, SECONDS);
  clearInterval(sampling);
  const reading = listeners.filter(({ isReading }) => isReading).length;
  const sent = await metric(ingress.url, 'altur_recording_bytes_total');
  const streams = await metric(ingress.url, 'altur_recording_streams');
  for (const listener of listeners) listener.close();
  print(`${LISTENERS} listeners, ${BYTES_PER_SECOND / 1_000} KB/s each, a recording of ${BYTES / 1e6} MB`);
  print(`listening after ${SECONDS} s: ${reading}; streams open: ${streams}`);
  print(`sent in all: ${(sent / 1e6).toFixed(0)} MB`);
  print(
    `ingress, RSS: ${served.toFixed(0)} MiB after serving ${SERVED_BEFORE} recordings, at most ${most.toFixed(0)} MiB with listeners: +${(most - served).toFixed(0)} MiB (at most 40)`,
  );
  print(
    `webhooks, p95: ${idle.toFixed(1)} ms idle, ${busy.toFixed(1)} ms with listeners: ${(busy / idle).toFixed(1)} times (at most 5)`,
  );
}

/** At an even pace; answers the 95th percentile, in ms. */
async function webhooks(url: string, first: number, seconds: number): Promise<number> {
  const events = range(seconds * WEBHOOKS_PER_SECOND, first, 500);
  const startedAt = performance.now();
  const times = await Promise.all(
    events.map(async (event, index) => {
      const due = startedAt + (index * 1_000) / WEBHOOKS_PER_SECOND;
      await new Promise((next) => setTimeout(next, Math.max(0, due - performance.now())));
      const sentAt = performance.now();
      const { status } = await deliver(url, event);
      if (status !== 200) throw new Error(`a webhook was answered ${status}`);
      return performance.now() - sentAt;
    }),
  );
  return times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.95)]!;
}

async function download(link: string): Promise<void> {
  const response = await fetch(link);
  if (response.status !== 200) throw new Error(`the recording was answered ${response.status}`);
  for await (const _ of response.body!);
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
}

/** Takes a little at a time, as a player does that plays while it loads. */
class SlowListener {
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  isReading = true;

  constructor(link: string) {
    const { hostname, port, pathname, search } = new URL(link);
    const highWaterMark = BYTES_PER_SECOND;
    this.#socket = connect({ host: hostname, port: Number(port), ...{ highWaterMark } });
    this.#socket.on('close', () => {
      this.isReading = false;
    });
    this.#socket.on('error', () => {});
    this.#socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: here\r\n\r\n`);
    this.#socket.pause();
    const portion = (BYTES_PER_SECOND * TICK_MS) / 1_000;
    this.#timer = setInterval(
      () => this.#socket.read(Math.min(portion, this.#socket.readableLength)),
      TICK_MS,
    );
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }
}
