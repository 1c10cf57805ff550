/** A receiver of alerts, as Slack is one: a real HTTP server that keeps the texts. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Receiver {
  readonly #server: Server;
  readonly texts: string[] = [];
  /** Requests, with those that were refused. */
  requests = 0;
  answered = 0;
  /** 0: it never answers. */
  status = 200;
  /** How long it takes to answer. */
  delayMs = 0;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      this.requests += 1;
      if (this.status === 0) return;
      if (this.status === 200) this.texts.push((JSON.parse(body) as { text: string }).text);
      setTimeout(() => {
        this.answered += 1;
        response.writeHead(this.status).end();
      }, this.delayMs);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/services/T0/B0/secret-of-the-url`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
