/** A server in the place of Altur's API, or of the storage it redirects to, that answers as a test says. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface UpstreamRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Its connection was closed before all was sent. */
  aborted: boolean;
}

export interface Upstream {
  readonly origin: string;
  readonly port: number;
  readonly requests: UpstreamRequest[];
  answer: Answer;
  close(): Promise<void>;
}

export async function startUpstream(answer: Answer = (_, response) => response.end()): Promise<Upstream> {
  const requests: UpstreamRequest[] = [];
  const server = createServer((request, response) => {
    const entry = { method: request.method!, url: request.url!, headers: request.headers, aborted: false };
    requests.push(entry);
    response.once('close', () => {
      entry.aborted = !response.writableFinished;
    });
    upstream.answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const upstream: Upstream = {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    answer,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return upstream;
}

export interface ServedFile {
  readonly bytes: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether `Range` is understood. */
  readonly ranges?: boolean;
  /** Without Content-Length. */
  readonly chunked?: boolean;
}

/** Serves a file as ordinary servers do. */
export function serveFile({ bytes, headers = {}, ranges = false, chunked = false }: ServedFile): Answer {
  return (request, response) => {
    const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    let first = 0;
    let last = bytes.length - 1;
    let status = 200;
    if (ranges && (from !== '' || to !== '')) {
      first = from === '' ? Math.max(0, bytes.length - Number(to)) : Number(from);
      if (from !== '' && to !== '') last = Math.min(last, Number(to));
      if (first > last) {
        response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
        return;
      }
      status = 206;
    }
    const length = last - first + 1;
    response.writeHead(status, {
      ...headers,
      ...(status === 206 && { 'content-range': `bytes ${first}-${last}/${bytes.length}` }),
      ...(!chunked && { 'content-length': length }),
    });
    response.end(bytes.subarray(first, last + 1));
  };
}
