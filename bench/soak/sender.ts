/**
 * A process of its own that delivers events at an even rate, however long their answers take:
 * `node bench/soak/sender.ts '{"url":…,"events":…,"minutes":…,"people":…}'`. Prints a line of JSON every second, the last
 * one with `done`.
 */
import { Agent, request } from 'node:http';
import { sign } from '../../src/altur/signature.ts';
import { SECRET } from '../../test/e2e/service-process.ts';
import { deliveredAgainAfter, eventOf } from './soak-events.ts';

export interface SenderOrder {
  readonly url: string;
  readonly events: number;
  readonly minutes: number;
  readonly people: number;
}

export interface SenderReport {
  /** Events sent so far, and deliveries of them answered 200. */
  readonly sent: number;
  readonly answered: number;
  /** How often each answer came: `200 queued`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Of the answers, ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The most that this process was late itself: beyond it the rate was not even. */
  readonly lateMs: number;
  readonly done: boolean;
}

interface Delivery {
  readonly due: number;
  readonly body: string;
  readonly signature: string;
}

const TICK_MS = 4;
const PATH = '/webhooks/altur/on-call-end';

class Sender {
  readonly #order: SenderOrder;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #answers: Record<string, number> = {};
  readonly #times: number[] = [];
  /** Second deliveries, by when they are due. */
  #again: Delivery[] = [];
  #sent = 0;
  #open = 0;
  #lateMs = 0;

  constructor(order: SenderOrder) {
    this.#order = order;
  }

  async run(report: (report: SenderReport) => void): Promise<void> {
    const { events, minutes } = this.#order;
    const everyMs = (minutes * 60_000) / events;
    const startedAt = performance.now();
    const reporting = setInterval(() => report(this.#report(false)), 1_000);
    while (this.#sent < events || this.#again.length > 0 || this.#open > 0) {
      const now = performance.now();
      while (this.#sent < events && startedAt + this.#sent * everyMs <= now) {
        this.#sendNext(startedAt + this.#sent * everyMs);
      }
      const due = this.#again.filter((delivery) => delivery.due <= now);
      if (due.length > 0) this.#again = this.#again.filter((delivery) => delivery.due > now);
      for (const delivery of due) this.#deliver(delivery);
      await new Promise((next) => setTimeout(next, TICK_MS));
    }
    clearInterval(reporting);
    this.#agent.destroy();
    report(this.#report(true));
  }

  #sendNext(due: number): void {
    const body = JSON.stringify(eventOf(this.#sent, this.#order.people));
    const delivery = { due, body, signature: sign(body, SECRET, 'hex') };
    const againAfter = deliveredAgainAfter(this.#sent);
    if (againAfter !== undefined) this.#again.push({ ...delivery, due: due + againAfter });
    this.#sent += 1;
    this.#deliver(delivery);
  }

  #deliver({ due, body, signature }: Delivery): void {
    const sentAt = performance.now();
    this.#lateMs = Math.max(this.#lateMs, sentAt - due);
    this.#open += 1;
    const ended = (answer: string) => {
      this.#open -= 1;
      this.#answers[answer] = (this.#answers[answer] ?? 0) + 1;
      this.#times.push(performance.now() - sentAt);
    };
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-altur-signature': signature,
    };
    const sending = request(
      this.#order.url + PATH,
      { method: 'POST', agent: this.#agent, headers },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => ended(`${response.statusCode} ${statusIn(text)}`));
        response.on('error', (error) => ended(error.message));
      },
    );
    sending.on('error', (error) => ended(error.message));
    sending.end(body);
  }

  #report(done: boolean): SenderReport {
    const times = done ? this.#times.toSorted((a, b) => a - b) : [];
    const quantile = (share: number) =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    const accepted = Object.entries(this.#answers).filter(([answer]) => answer.startsWith('200 '));
    return {
      sent: this.#sent,
      answered: accepted.reduce((sum, [, count]) => sum + count, 0),
      answers: this.#answers,
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      maxMs: quantile(1),
      lateMs: this.#lateMs,
      done,
    };
  }
}

function statusIn(text: string): string {
  try {
    return String((JSON.parse(text) as { status?: unknown }).status);
  } catch {
    return text.slice(0, 80);
  }
}

await new Sender(JSON.parse(process.argv[2]!) as SenderOrder).run((report) => {
  process.stdout.write(`${JSON.stringify(report)}\n`);
});
