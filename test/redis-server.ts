/** A real Redis for tests, the demo and the benchmark: the one in REDIS_URL, else one of our own on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findOrInstall, type SystemProgram } from './system-program.ts';

export const REDIS: SystemProgram = {
  name: 'redis-server',
  binaries: ['redis-server', 'valkey-server'],
  packages: { 'apt-get': 'redis-server', apk: 'redis', dnf: 'redis', brew: 'redis' },
  otherwise:
    'Install Redis 6.2 or later (Debian: apt-get install redis-server), or set REDIS_URL to a Redis that may be written to.',
};

export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `options` are redis-server's own, e.g. `{ maxmemory: '8mb' }`. Installs Redis where the system can. */
export async function startRedis(options: Record<string, string> = {}, port?: number): Promise<RedisServer> {
  const binary = findOrInstall(REDIS);
  const folder = await mkdtemp(join(tmpdir(), 'altur-redis-'));
  const at = port ?? (await freePort());
  const settings = { save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction', ...options };
  const args = ['--port', `${at}`, '--bind', '127.0.0.1', '--dir', folder];
  for (const [name, value] of Object.entries(settings)) args.push(`--${name}`, value);
  const server = spawn(binary, args, { stdio: 'ignore' });
  const stopWithParent = () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stopWithParent);
  try {
    await answering(server, at);
  } catch (error) {
    process.removeListener('exit', stopWithParent);
    stopWithParent();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${at}`,
    pid: server.pid!,
    async stop() {
      process.removeListener('exit', stopWithParent);
      if (server.exitCode === null && server.signalCode === null) {
        const gone = new Promise((resolve) => server.once('exit', resolve));
        server.kill('SIGKILL');
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

async function answering(server: ChildProcess, port: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => {});
  try {
    const died = new Promise<never>((_, reject) => {
      server.once('error', reject);
      server.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}`)));
    });
    await Promise.race([client.ping(), died]);
  } finally {
    client.disconnect();
  }
}
