/**
 * A real HTTP server around a simulated API: it logs what it is asked, and fails as scripted, from the same
 * process (`fault`) or from another one (`POST /__faults`).
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, type FaultRule, Faults, type InstalledFault } from './fault.ts';
import { type HttpRequest, type HttpResponse, jsonResponse } from './http-message.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';

export type Handle = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** Answers JSON to a request of the test's own, e.g. `POST /__seed`; neither logged nor struck by faults. */
export type Control = (body: unknown, query: URLSearchParams) => unknown;

export interface ServerOptions {
  /** A free one unless given. */
  readonly port?: number;
  /** How long answers take at present, at least; the work is done before. */
  readonly latencyMs?: () => number;
  /** By method and path: `GET /__state`. */
  readonly controls?: Readonly<Record<string, Control>>;
}

export interface ScriptedServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Every request in order of arrival, answered or not. */
  readonly requests: readonly LoggedRequest[];
  fault(rule: FaultRule): InstalledFault;
  clearFaults(): void;
  clearRequests(): void;
  /** Resolves once the log satisfies; looked at whenever a request arrives or ends. */
  waitFor(satisfied: (requests: readonly LoggedRequest[]) => boolean, timeoutMs?: number): Promise<void>;
  /** Breaks all connections, hanging ones too. */
  close(): Promise<void>;
}

export async function startScriptedServer(
  handle: Handle,
  options: ServerOptions = {},
): Promise<ScriptedServer> {
  const { port = 0, latencyMs = () => 0 } = options;
  const faults = new Faults();
  const log = new RequestLog();
  const controls = { ...ownControls(faults, log), ...options.controls };

  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing).catch(() => outgoing.destroy());
  });

  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = await read(incoming);
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const control = controls[`${request.method} ${pathname}`];
    if (control) return send(outgoing, controlled(control, request.body, searchParams));

    const logged = log.arrived(request, pathname);
    outgoing.once('close', () => log.ended(logged));
    const fault = faults.strike(request.method, request.url);
    const response = await perform(fault, request);
    if (response === 'break') return outgoing.destroy();
    if (response === 'silence') return;
    const ms = latencyMs() + (fault?.kind === 'delay' ? fault.ms : 0);
    if (ms > 0) await delay(ms);
    logged.status = response.status;
    send(outgoing, response);
  };

  const perform = async (fault: Fault | undefined, request: HttpRequest) => {
    switch (fault?.kind) {
      case 'drop':
        return 'break';
      case 'hang':
        return 'silence';
      case 'html':
        return gatewayPage(fault.status ?? 502);
      case 'lost':
        await handle(request);
        return 'break';
      case 'timeout':
        await handle(request);
        return 'silence';
      case 'status':
        if (fault.commits) await handle(request);
        return scripted(fault);
      default:
        return handle(request);
    }
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
    },
  };
}

function ownControls(faults: Faults, log: RequestLog): Record<string, Control> {
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

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse): void {
  outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

function scripted({ status, headers, body = {} }: Extract<Fault, { kind: 'status' }>): HttpResponse {
  if (typeof body === 'string') return { status, headers: headers ?? {}, body };
  return jsonResponse(status, body, headers);
}

function gatewayPage(status: number): HttpResponse {
  const body = `<html><head><title>${status}</title></head><body><h1>${status} Bad Gateway</h1></body></html>`;
  return { status, headers: { 'Content-Type': 'text/html' }, body };
}
