/** The HTTP server: starts, and stops without cutting off whoever is being answered. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface Server {
  readonly url: string;
  readonly port: number;
  /** Takes no more connections, answers what is under way, and ends at the latest after `CLOSE_MS`. */
  close(): Promise<void>;
}

/** Thrown when the port is not to be had; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** An honest sender is far quicker; a slow one must not hold sockets. */
const REQUEST_TIMEOUT_MS = 15_000;
const CLOSE_MS = 5_000;

/** `port` 0 picks a free one. Rejects when the port is taken, unless any other will do. */
export async function startServer(
  app: Express,
  port: number,
  { orAnyOther = false }: { readonly orAnyOther?: boolean } = {},
): Promise<Server> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    app,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE' && orAnyOther) {
        server.once('error', reject).listen(0, resolve);
        return;
      }
      const hint =
        cause.code === 'EADDRINUSE'
          ? 'another process has it, set PORT to a free one'
          : `${cause.code}, set PORT to one this user may take`;
      reject(new ListenError(`cannot listen on port ${port}: ${hint}`, { cause }));
    });
    server.listen(port, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    close() {
      return new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}
