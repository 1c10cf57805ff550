/**
 * Looks names up and refuses addresses to which a redirect must not lead. The check is part of connecting: a name that
 * had another address a moment ago gains nothing.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type Network, networkOf } from './network.ts';

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * Of addresses that are not public, those are allowed that are where Altur's API itself is, which only an operator can
 * have set: another port of this machine, another host of the private network.
 */
export class AddressGuard {
  readonly #apiHost: string;

  constructor(apiUrl: string) {
    this.#apiHost = hostOf(new URL(apiUrl));
  }

  /** For a host that is an address already, which is not looked up. */
  async checkLiteral(url: URL): Promise<void> {
    const host = hostOf(url);
    if (isIP(host)) await this.#check([host]);
  }

  /** Behind an HTTPS proxy the name that is looked up is the proxy's, which is the operator's choice. */
  lookupFor(url: URL): LookupFunction {
    const host = hostOf(url);
    return (hostname, options, callback) => {
      const answer = async () => {
        const found = await resolve(hostname);
        if (hostname === host) await this.#check(found.map(({ address }) => address));
        return found;
      };
      answer().then(
        (found) =>
          options.all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family),
        (error) => callback(error, []),
      );
    };
  }

  async #check(addresses: readonly string[]): Promise<void> {
    const networks = new Set(addresses.map(networkOf));
    networks.delete('public');
    if (networks.size === 0) return;
    const allowed = await this.#networksOfApi();
    for (const network of networks) {
      if (network === 'reserved' || !allowed.has(network)) {
        throw new AddressRefused(`the address is ${network}, and Altur’s API is elsewhere`);
      }
    }
  }

  async #networksOfApi(): Promise<ReadonlySet<Network>> {
    return new Set((await resolve(this.#apiHost)).map(({ address }) => networkOf(address)));
  }
}

/** Without the brackets of IPv6. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function resolve(hostname: string): Promise<LookupAddress[]> {
  return new Promise((done, fail) => {
    lookup(hostname, { all: true }, (error, found) => (error ? fail(error) : done(found)));
  });
}
