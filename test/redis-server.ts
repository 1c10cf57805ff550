/** A real Redis for tests, the demo and the benchmark: the one in REDIS_URL, else one of our own on a free port. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `options` are redis-server's own, e.g. `{ maxmemory: '8mb' }`. Installs Redis where the system can. */
export async function startRedis(options: Record<string, string> = {}, port?: number): Promise<RedisServer> {
  const binary = findRedis() ?? installRedis();
  const folder = await mkdtemp(join(tmpdir(), 'altur-redis-'));
  const at = port ?? (await freePort());
  const settings = { save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction', ...options };
  const args = ['--port', `${at}`, '--bind', '127.0.0.1', '--dir', folder];
  for (const [name, value] of Object.entries(settings)) args.push(`--${name}`, value);
  const server = spawn(binary, args, { stdio: 'ignore' });
  const stopWithParent = () => server.kill('SIGKILL');
  process.once('exit', stopWithParent);
  await answering(server, at);
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

function findRedis(): string | undefined {
  for (const binary of ['redis-server', 'valkey-server']) {
    if (spawnSync(binary, ['--version']).status === 0) return binary;
  }
  return undefined;
}

const INSTALLERS: readonly [string, string][] = [
  ['apt-get', 'apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server'],
  ['apk', 'apk add --no-cache redis'],
  ['dnf', 'dnf install -y redis || dnf install -y valkey'],
  ['brew', 'brew install redis'],
];

function installRedis(): string {
  for (const [manager, command] of INSTALLERS) {
    if (spawnSync(manager, ['--version']).status !== 0) continue;
    console.error(`No redis-server on the PATH: installing it (${command})`);
    spawnSync('sh', ['-c', command], {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    const binary = findRedis();
    if (binary) return binary;
  }
  throw new Error(
    'No redis-server found and it could not be installed. Install Redis 6.2 or later (Debian: apt-get install redis-server), or set REDIS_URL to a Redis that may be written to.',
  );
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
