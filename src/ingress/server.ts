/** The HTTP server: starts, and stops without cutting off requests that are being answered. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperatorError } from '../operator-error.ts';

export interface Server {
  readonly url: string;
  readonly port: number;
  /** Accepts no more connections, answers the open requests, and ends after `CLOSE_MS` at the latest. */
  close(): Promise<void>;
}

/** Thrown when the port cannot be used; the message says what to do. */
export class ListenError extends OperatorError {
  override readonly name = 'ListenError';
}

/** Altur needs far less; a slow sender must not hold sockets. */
const REQUEST_TIMEOUT_MS = 15_000;
const CLOSE_MS = 5_000;
/** How often slow senders are looked for; Node's default is 30 s. */
const TIMEOUT_CHECK_MS = 5_000;

/**
 * Longer than the proxies in front (nginx and AWS load balancers: 60 s): the side that closes an idle connection must
 * be the one that uses it, else a request meets the closing and becomes a 502: github.com/nodejs/node/issues/20256
 */
const KEEP_ALIVE_MS = 75_000;

/** `port` 0 picks a free one. Rejects when the port is in use, unless `orAnyOther`. */
export async function startServer(
  app: RequestListener,
  port: number,
  { orAnyOther = false }: { readonly orAnyOther?: boolean } = {},
): Promise<Server> {
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
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
          ? 'another process uses it, set PORT to a free one'
          : `${cause.code}, set PORT to one this user may use`;
      reject(new ListenError(`cannot listen on port ${port}: ${hint}`, { code: 'PORT_UNAVAILABLE', cause }));
    });
    server.listen(port, resolve);
  });
  const actualPort = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${actualPort}`,
    port: actualPort,
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
