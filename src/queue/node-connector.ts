/**
 * Where a connection leads to. All our keys are in one hash slot, so even of a cluster one node is enough: the master
 * that owns the slot. A client of one connection is simpler than one of all nodes, and BullMQ treats it as a single
 * server.
 *
 * States: single server → cluster, once a node says that it belongs to one (INFO, or MOVED as the answer to a command);
 * a list of addresses is a cluster from the start. In a cluster each connection attempt asks the known nodes which of
 * them owns the slot, and connects there. Nodes that are learned on the way are asked as well, so one address is enough
 * even when its node is gone later. When no node answers, an attempt leads to a given address: the client reports its
 * error and tries again.
 */
import { createConnection, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { AbstractConnector, Redis } from 'ioredis';
import { addressOf, credentialsOf, type NodeAddress, type TlsOptions, tlsTo } from './redis-address.ts';
import { replyCode } from './redis-fault.ts';

const ASK_TIMEOUT_MS = 2_000;
/** A slot that moves while it is looked for is found after two or three; more is a loop. */
const MAX_REDIRECTS = 5;

export class RedisNodes {
  readonly #urls: readonly string[];
  readonly #slotKey: string;
  readonly #tls: TlsOptions | undefined;
  readonly #learned = new Map<string, NodeAddress>();
  #isCluster: boolean;
  #attempts = 0;

  /** `slotKey`: any key in the slot of our keys. */
  constructor(urls: readonly string[], slotKey: string, tls: TlsOptions | undefined) {
    this.#urls = urls;
    this.#slotKey = slotKey;
    this.#tls = tls;
    this.#isCluster = urls.length > 1;
  }

  get isCluster(): boolean {
    return this.#isCluster;
  }

  markCluster(): void {
    this.#isCluster = true;
  }

  async open(): Promise<Socket | TLSSocket> {
    const seeds = this.#urls.map(addressOf);
    const owner = this.#isCluster ? await this.#owner(seeds) : undefined;
    const address = owner ?? seeds[this.#attempts++ % seeds.length]!;
    if (!this.#tls) return createConnection(address);
    return connectTls({ ...address, ...tlsTo(address, seeds, this.#tls) });
  }

  async #owner(seeds: readonly NodeAddress[]): Promise<NodeAddress | undefined> {
    const asked = new Set<string>();
    for (const seed of [...seeds, ...this.#learned.values()]) {
      let address: NodeAddress | undefined = seed;
      for (let redirects = 0; address && redirects < MAX_REDIRECTS; redirects++) {
        if (asked.has(nameOf(address))) break;
        asked.add(nameOf(address));
        const answer = await this.#ask(address, seeds);
        if (answer === 'owner') return address;
        address = answer;
      }
    }
    return undefined;
  }

  /** Whether a node owns the slot, or the node it names instead; undefined when it does not answer. */
  async #ask(
    address: NodeAddress,
    seeds: readonly NodeAddress[],
  ): Promise<'owner' | NodeAddress | undefined> {
    const client = new Redis({
      ...address,
      ...credentialsOf(this.#urls[0]!),
      ...(this.#tls && { tls: tlsTo(address, seeds, this.#tls) }),
      lazyConnect: true,
      enableReadyCheck: false,
      retryStrategy: () => null,
      connectTimeout: ASK_TIMEOUT_MS,
      commandTimeout: ASK_TIMEOUT_MS,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      await this.#learnNodes(client);
      await client.exists(this.#slotKey);
      return 'owner';
    } catch (error) {
      const moved = movedTo(error as Error, address);
      if (moved) return moved;
      // An error that says nothing of another node is for the client to report, from this node.
      return replyCode(error as Error) === undefined ? undefined : 'owner';
    } finally {
      client.disconnect();
    }
  }

  /** https://redis.io/docs/latest/commands/cluster-slots/. Some users may not ask; then the given addresses must do. */
  async #learnNodes(client: Redis): Promise<void> {
    const slots = (await client.cluster('SLOTS').catch(() => [])) as [
      number,
      number,
      ...[string, number][],
    ][];
    for (const [, , ...nodes] of slots) {
      for (const [host, port] of nodes) {
        if (host && host !== '?') this.#learned.set(`${host}:${port}`, { host, port });
      }
    }
  }
}

/** For ioredis, which makes one for each client. */
export function connectorTo(nodes: RedisNodes) {
  return class NodeConnector extends AbstractConnector {
    constructor(options: unknown) {
      super((options as { readonly disconnectTimeout: number }).disconnectTimeout);
    }

    /** `info`: the answer to INFO, by name. False has the client connect again, now to the owner of the slot. */
    override check(info: Readonly<Record<string, string>>): boolean {
      if (nodes.isCluster || info.cluster_enabled !== '1') return true;
      nodes.markCluster();
      return false;
    }

    /** ioredis gives a stream two seconds to close, and waits them out where it is closed already. */
    override disconnect(): void {
      this.connecting = false;
      if (!this.stream?.destroyed) super.disconnect();
    }

    override async connect(): Promise<Socket | TLSSocket> {
      this.connecting = true;
      const stream = await nodes.open();
      stream.once('error', (error) => {
        this.firstError = error;
      });
      if (!this.connecting) {
        stream.destroy();
        throw new Error('Connection is closed.');
      }
      this.stream = stream;
      return stream;
    }
  };
}

const nameOf = ({ host, port }: NodeAddress) => `${host}:${port}`;

/** `MOVED 2268 host:port`; without a host it is the host that was asked. */
function movedTo({ message }: Error, asked: NodeAddress): NodeAddress | undefined {
  const [, host, port] = /^MOVED \d+ (.*):(\d+)/.exec(message) ?? [];
  if (port === undefined) return undefined;
  return { host: host && host !== '?' ? host : asked.host, port: Number(port) };
}
