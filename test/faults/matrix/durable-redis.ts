/** A Redis with an append-only file that can be killed, started again with its data, frozen and filled. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, type RedisServer, startRedis } from '../../redis-server.ts';

export class DurableRedis {
  readonly #folder: string;
  readonly port: number;
  readonly admin: Redis;
  #server: RedisServer;

  private constructor(folder: string, port: number, server: RedisServer) {
    this.#folder = folder;
    this.port = port;
    this.#server = server;
    this.admin = new Redis(server.url, { retryStrategy: () => 200, maxRetriesPerRequest: null });
    this.admin.on('error', () => {});
  }

  static async start(): Promise<DurableRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'altur-aof-'));
    const port = await freePort();
    return new DurableRedis(folder, port, await startWith(folder, port));
  }

  get url(): string {
    return this.#server.url;
  }

  /** SIGKILL, and a start with what is in the file. */
  async killFor(ms: number): Promise<void> {
    await this.#server.stop();
    await new Promise((next) => setTimeout(next, ms));
    this.#server = await startWith(this.#folder, this.port);
  }

  /** It keeps its connections and answers nothing. */
  async freezeFor(ms: number): Promise<void> {
    process.kill(this.#server.pid, 'SIGSTOP');
    await new Promise((next) => setTimeout(next, ms));
    process.kill(this.#server.pid, 'SIGCONT');
  }

  async fullFor(ms: number): Promise<void> {
    await this.admin.config('SET', 'maxmemory', '1mb');
    await new Promise((next) => setTimeout(next, ms));
    await this.admin.config('SET', 'maxmemory', '0');
  }

  async version(): Promise<string> {
    return /redis_version:(\S+)/.exec(await this.admin.info('server'))?.[1] ?? '?';
  }

  async stop(): Promise<void> {
    this.admin.disconnect();
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function startWith(folder: string, port: number): Promise<RedisServer> {
  return startRedis({ appendonly: 'yes', appendfsync: 'everysec', dir: folder }, port);
}
