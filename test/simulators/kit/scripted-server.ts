/**
 * A real HTTP server around a simulated API. It logs every request and injects faults, set from the same process
 * (`fault`) or from another one (`POST /__faults`).
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExchangeCheck } from './exchange-check.ts';
import { type FaultRule, Faults, type InstalledFault } from './fault.ts';
import { type Answer, type Handle, respondWithFault } from './fault-injection.ts';
import { type HttpRequest, type HttpResponse, jsonResponse, type StreamedResponse } from './http-message.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';

/** Answers a request that drives the simulator, e.g. `POST /__seed`. It is not logged and gets no fault. */
export type Control = (body: unknown, query: URLSearchParams) => unknown;

export interface ServerOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** The least time that a response takes now. The work is done before it. */
  readonly latencyMs?: () => number;
  /** By method and path: `GET /__state`. */
  readonly controls?: Readonly<Record<string, Control>>;
  /** Looks at each request, and at each response of the handler; what it finds wrong, `close` throws. */
  readonly check?: ExchangeCheck | undefined;
}

/** Of the findings of a check; the first ones say enough. */
const MAX_FINDINGS = 10;

export interface ScriptedServer {
  /** Without a trailing slash. */
  readonly url: string;
  /** Every request in order of arrival, answered or not. */
  readonly requests: readonly LoggedRequest[];
  fault(rule: FaultRule): InstalledFault;
  clearFaults(): void;
  clearRequests(): void;
  /** Resolves once the log satisfies the condition, which is tested whenever a request arrives or ends. */
  waitFor(satisfied: (requests: readonly LoggedRequest[]) => boolean, timeoutMs?: number): Promise<void>;
  /** Closes all connections, hanging ones included. */
  close(): Promise<void>;
}

export async function startScriptedServer(
  handle: Handle,
  options: ServerOptions = {},
): Promise<ScriptedServer> {
  const { port = 0, latencyMs = () => 0, check } = options;
  const findings = new Set<string>();
  const note = (found: readonly string[] = []) => {
    for (const each of found) if (findings.size < MAX_FINDINGS) findings.add(each);
  };
  const checked: Handle = async (request) => {
    const answer = await handle(request);
    if (!('stream' in answer)) note(check?.response(request, answer));
    return answer;
  };
  const faults = new Faults();
  const log = new RequestLog();
  const controls = { ...commonControls(faults, log), ...options.controls };

  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing).catch(() => outgoing.destroy());
  });

  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = await read(incoming);
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const control = controls[`${request.method} ${pathname}`];
    if (control) return send(outgoing, controlled(control, request.body, searchParams));

    const logged = log.arrived(request, pathname);
    note(check?.request(request));
    outgoing.once('close', () => log.ended(logged));
    const fault = faults.take(request);
    const response = await respondWithFault(fault, request, checked);
    if (response === 'disconnect') return outgoing.destroy();
    if (response === 'no-response') return;
    if (fault?.kind === 'hold') await fault.until;
    const ms = latencyMs() + (fault?.kind === 'delay' ? fault.ms : 0);
    if (ms > 0) await delay(ms);
    logged.status = response.status;
    await send(outgoing, response);
  };

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: log.requests,
    fault: (rule) => faults.install(rule),
    clearFaults: () => faults.clear(),
    clearRequests: () => log.clear(),
    waitFor: (satisfied, timeoutMs) => log.waitFor(satisfied, timeoutMs),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      if (findings.size > 0) throw new Error(`not as documented:\n${[...findings].join('\n')}`);
    },
  };
}

function commonControls(faults: Faults, log: RequestLog): Record<string, Control> {
  return {
    'POST /__faults': (body) => {
      for (const rule of [body].flat()) faults.install(rule as FaultRule);
      return {};
    },
    'DELETE /__faults': () => {
      faults.clear();
      return {};
    },
    'GET /__requests': (_, query) => log.requests.slice(Number(query.get('since') ?? 0)),
    'GET /__request-count': () => log.requests.length,
    'GET /__statuses': () => log.statuses,
    'DELETE /__requests': () => {
      log.clear();
      return {};
    },
  };
}

function controlled(control: Control, body: string, query: URLSearchParams): HttpResponse {
  try {
    return jsonResponse(200, control(body === '' ? undefined : JSON.parse(body), query));
  } catch (error) {
    return jsonResponse(400, { message: String(error) });
  }
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: incoming.headers as Record<string, string | undefined>,
    body: Buffer.concat(chunks).toString(),
  };
}

async function send(outgoing: ServerResponse, response: Answer): Promise<void> {
  if ('stream' in response) return sendStream(outgoing, response);
  const { status, headers, body } = response;
  outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

async function sendStream(
  outgoing: ServerResponse,
  { status, headers, stream }: StreamedResponse,
): Promise<void> {
  outgoing.writeHead(status, headers);
  if (outgoing.req.method === 'HEAD') {
    outgoing.end();
    return;
  }
  // So that a client knows the headers while the first piece takes its time.
  outgoing.flushHeaders();
  const closed = new AbortController();
  outgoing.once('close', () => closed.abort());
  await pipeline(Readable.from(stream(closed.signal)), outgoing);
}
