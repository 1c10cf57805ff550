/** The requests that a scripted server received, and a way to wait for one. */
import type { HttpRequest } from './http-message.ts';

export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** With the query. */
  readonly url: string;
  /** When it arrived, in ms since the epoch. */
  readonly at: number;
  /** By lower-case name. */
  readonly headers: HttpRequest['headers'];
  readonly bodyBytes: number;
  /** Parsed when it is JSON, the text otherwise; undefined when there was none. */
  readonly body: unknown;
  /** Of the response; undefined as long as there is none. */
  status: number | undefined;
  /** The response was sent or the connection is closed. */
  ended: boolean;
}

interface Waiter {
  readonly satisfied: (requests: readonly LoggedRequest[]) => boolean;
  readonly resolve: () => void;
}

export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  /** How many requests ended with each status; `clear` does not touch it. */
  readonly statuses: Record<string, number> = {};
  #waiters: Waiter[] = [];

  arrived({ method, url, headers, body }: HttpRequest, path: string): LoggedRequest {
    const logged: LoggedRequest = {
      method,
      path,
      url,
      at: Date.now(),
      headers,
      bodyBytes: Buffer.byteLength(body),
      // Parsed on access: most bodies are never read.
      get body() {
        return parsed(body);
      },
      status: undefined,
      ended: false,
    };
    this.requests.push(logged);
    this.#notify();
    return logged;
  }

  ended(logged: LoggedRequest): void {
    logged.ended = true;
    const status = logged.status ?? 'none';
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.#notify();
  }

  clear(): void {
    this.requests.length = 0;
  }

  async waitFor(satisfied: Waiter['satisfied'], timeoutMs = 10_000): Promise<void> {
    if (satisfied(this.requests)) return;
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        satisfied,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((each) => each !== waiter);
        reject(new Error(`no such request within ${timeoutMs} ms; received:\n${this.#summary()}`));
      }, timeoutMs);
      this.#waiters.push(waiter);
    });
  }

  #notify(): void {
    const ready = this.#waiters.filter(({ satisfied }) => satisfied(this.requests));
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  #summary(): string {
    return this.requests.map(({ method, url, status }) => `${method} ${url} ${status ?? '-'}`).join('\n');
  }
}

function parsed(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
