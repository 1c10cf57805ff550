/** Redis as people run it: with TLS, as a cluster, behind Sentinels, behind a network that swallows. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, type RedisServer, startRedis } from './redis-server.ts';

export interface Authority {
  /** The path of its certificate, PEM. */
  readonly caFile: string;
  /** redis-server's options for TLS on a port. */
  options(port: number): Record<string, string>;
  remove(): void;
}

/** An authority of one's own, with a certificate for 127.0.0.1. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'altur-ca-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    '-subj',
    '/CN=own authority',
  );
  openssl('req', ...key, '-keyout', 'redis.key', '-out', 'redis.csr', '-subj', '/CN=redis');
  writeFileSync(at('san'), 'subjectAltName=IP:127.0.0.1,DNS:localhost');
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'san', '-days', '2'];
  openssl('x509', '-req', '-in', 'redis.csr', ...signed, '-out', 'redis.crt');
  return {
    caFile: at('ca.crt'),
    options: (port) => ({
      'tls-port': `${port}`,
      'tls-cert-file': at('redis.crt'),
      'tls-key-file': at('redis.key'),
      'tls-ca-cert-file': at('ca.crt'),
      'tls-auth-clients': 'no',
    }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Cluster {
  readonly nodes: readonly RedisServer[];
  /** Index of the node that owns the slot of our keys. */
  readonly owner: number;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
/** CLUSTER KEYSLOT {altur} */
const OUR_SLOT = 2_268;
/** Nodes of a cluster talk at this much above their port. */
const BUS = 10_000;

/** Masters only; `replicas` of each. */
export async function startCluster(
  masters: number,
  { replicas = 0, options = () => ({}), meetPort }: ClusterOptions = {},
): Promise<Cluster> {
  const count = masters * (1 + replicas);
  const nodes: RedisServer[] = [];
  for (let index = 0; index < count; index++) {
    const port = await clusterPort();
    const own = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '1500', ...options() };
    nodes.push(await startRedis(own, port));
  }
  const clients = nodes.map(({ url }) => new Redis(url));
  const share = Math.ceil(SLOTS / masters);
  for (const client of clients) await client.cluster('MEET', '127.0.0.1', meetPort ?? portOf(nodes[0]!));
  for (const [index, client] of clients.slice(0, masters).entries()) {
    const [from, to] = [index * share, Math.min((index + 1) * share, SLOTS)];
    await client.cluster('ADDSLOTS', ...Array.from({ length: to - from }, (_, slot) => from + slot));
  }
  for (const client of clients) await until(async () => (await known(client)) === count);
  for (const [index, client] of clients.slice(masters).entries()) {
    const master = await clients[index % masters]!.cluster('MYID');
    await until(async () => {
      return (await client.call('CLUSTER', 'REPLICATE', master).catch(() => undefined)) === 'OK';
    });
  }
  for (const client of clients.slice(masters))
    await until(async () => (await client.info('replication')).includes('master_link_status:up'));
  for (const client of clients) {
    await until(async () => (await client.cluster('INFO')).includes('cluster_state:ok'));
    client.disconnect();
  }
  return {
    nodes,
    owner: Math.floor(OUR_SLOT / share),
    async stop() {
      for (const node of nodes) await node.stop();
    },
  };
}

interface ClusterOptions {
  readonly replicas?: number;
  options?(): Record<string, string>;
  /** Where the first node is met; its own port by default. */
  readonly meetPort?: number | undefined;
}

async function known(client: Redis): Promise<number> {
  return Number(/cluster_known_nodes:(\d+)/.exec(await client.cluster('INFO'))?.[1]);
}

/** The port of a node: another of its own must be free above it. */
export async function clusterPort(): Promise<number> {
  let port = await freePort();
  while (port + 2 * BUS > 65_535) port = await freePort();
  return port;
}

export const portOf = ({ url }: { readonly url: string }) => Number(new URL(url).port);

export interface Sentinels {
  readonly ports: readonly number[];
  stop(): void;
}

export const MASTER_NAME = 'altur-main';

/** Three Sentinels that watch the server at `port`. */
export async function startSentinels(
  port: number,
  options: () => readonly string[] = () => [],
): Promise<Sentinels> {
  const folder = mkdtempSync(join(tmpdir(), 'altur-sentinel-'));
  const ports: number[] = [];
  const processes: ChildProcess[] = [];
  for (let index = 0; index < 3; index++) {
    const own = await freePort();
    const lines = [
      `port ${own}`,
      `dir ${folder}`,
      'bind 127.0.0.1',
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${port} 2`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
      `sentinel failover-timeout ${MASTER_NAME} 5000`,
      ...options(),
    ];
    const file = join(folder, `${own}.conf`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    processes.push(spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }));
    ports.push(own);
  }
  for (const own of ports) await seesTheOthers(own);
  return {
    ports,
    stop() {
      for (const each of processes) each.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function seesTheOthers(port: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => {});
  await until(async () => {
    const masters = (await client.call('SENTINEL', 'MASTER', MASTER_NAME)) as
      | string[]
      | Record<string, string>;
    const state = Array.isArray(masters) ? pairs(masters) : masters;
    return state['num-other-sentinels'] === '2' && state['num-slaves'] !== '0';
  });
  client.disconnect();
}

function pairs(list: readonly string[]): Record<string, string> {
  const entries: [string, string][] = [];
  for (let index = 0; index < list.length; index += 2) entries.push([list[index]!, list[index + 1]!]);
  return Object.fromEntries(entries);
}

export interface Proxy {
  readonly port: number;
  /** From now on the connections that exist carry nothing more, and are not closed; new ones work. */
  swallow(): void;
  /** Where new connections lead. */
  leadTo(port: number): void;
  readonly connections: number;
  stop(): Promise<void>;
}

export async function startProxy(target: number): Promise<Proxy> {
  const pairsOfSockets = new Set<readonly [Socket, Socket]>();
  let to = target;
  let connections = 0;
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    connections += 1;
    const upstream = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    const both = [client, upstream] as const;
    pairsOfSockets.add(both);
    for (const [one, other] of [both, [upstream, client] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        if (pairsOfSockets.delete(both)) other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const swallowed = new Set<Socket>();
  return {
    port: (server.address() as { port: number }).port,
    get connections() {
      return connections;
    },
    leadTo(port) {
      to = port;
    },
    swallow() {
      for (const both of pairsOfSockets) {
        pairsOfSockets.delete(both);
        for (const each of both) {
          each.unpipe();
          // Read, so that closing is noticed, and thrown away.
          each.removeAllListeners('close').on('data', () => {});
          swallowed.add(each);
        }
      }
    },
    async stop() {
      for (const each of [...[...pairsOfSockets].flat(), ...swallowed]) each.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((next) => setTimeout(next, 20));
}
