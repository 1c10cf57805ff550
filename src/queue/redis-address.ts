/** The parts of a Redis URL: the address, the credentials, the database; and how a certificate is checked. */

import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';

export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

/** `ca`: PEM, instead of the system's authorities. */
export type TlsOptions = Pick<ConnectionOptions, 'ca'>;

const DEFAULT_PORT = 6379;

export function addressOf(url: string): NodeAddress {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || DEFAULT_PORT };
}

export function credentialsOf(url: string): { username?: string; password?: string } {
  const { username, password } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}

/** The number after the host, `redis://host/2`; 0 by default. */
export function databaseOf(url: string): number {
  return Number(new URL(url).pathname.slice(1)) || 0;
}

/**
 * A cluster names its nodes by address, but their certificates may hold the names they were configured by only. So the
 * name of a given address is as good as the name of the node.
 */
export function tlsTo(
  { host }: NodeAddress,
  given: readonly NodeAddress[],
  tls: TlsOptions,
): ConnectionOptions {
  const name = isIP(host) === 0 ? host : given.find((each) => isIP(each.host) === 0)?.host;
  return {
    ...tls,
    ...(name !== undefined && { servername: name }),
    checkServerIdentity: (_: string, certificate: PeerCertificate) => {
      const problem = checkServerIdentity(host, certificate);
      const goodForGiven = given.some((each) => checkServerIdentity(each.host, certificate) === undefined);
      return goodForGiven ? undefined : problem;
    },
  };
}
