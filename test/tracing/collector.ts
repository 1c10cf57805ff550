/**
 * A collector: a real HTTP server that decodes what it is sent.
 * The field numbers: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bytesIn, type Message, messagesIn, numberIn, readMessage } from './protobuf.ts';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Span ids. */
  readonly links: readonly string[];
  readonly isError: boolean;
  readonly resource: Readonly<Record<string, unknown>>;
}

export class Collector {
  readonly #server: Server;
  readonly spans: ReceivedSpan[] = [];
  readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  /** As they came, to look for what must not be in them. */
  readonly bodies: Buffer[] = [];
  /** 0: it never answers. */
  status = 200;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      this.requests.push({ url: request.url!, headers: request.headers });
      this.bodies.push(body);
      if (this.status === 0) return;
      if (this.status === 200) this.spans.push(...spansOf(body));
      response.writeHead(this.status, { 'content-type': 'application/x-protobuf' }).end();
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  named(name: string): readonly ReceivedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function spansOf(body: Buffer): ReceivedSpan[] {
  return messagesIn(readMessage(body), 1).flatMap((resourceSpans) => {
    const resource = Object.assign({}, ...messagesIn(resourceSpans, 1).map((each) => attributesOf(each, 1)));
    return messagesIn(resourceSpans, 2).flatMap((scope) =>
      messagesIn(scope, 2).map((span) => spanOf(span, resource)),
    );
  });
}

function spanOf(span: Message, resource: ReceivedSpan['resource']): ReceivedSpan {
  return {
    traceId: bytesIn(span, 1).toString('hex'),
    spanId: bytesIn(span, 2).toString('hex'),
    parentId: bytesIn(span, 4).toString('hex'),
    name: bytesIn(span, 5).toString(),
    startMs: Number(numberIn(span, 7) / 1_000_000n),
    endMs: Number(numberIn(span, 8) / 1_000_000n),
    attributes: attributesOf(span, 9),
    links: messagesIn(span, 13).map((link) => bytesIn(link, 2).toString('hex')),
    isError: messagesIn(span, 15).some((status) => numberIn(status, 3) === 2n),
    resource,
  };
}

/** Strings and integers: there are no others. */
function attributesOf(message: Message, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messagesIn(message, field).map((pair) => {
      const [value] = messagesIn(pair, 2);
      const text = value?.has(1) ? bytesIn(value, 1).toString() : Number(numberIn(value!, 3));
      return [bytesIn(pair, 1).toString(), text];
    }),
  );
}
