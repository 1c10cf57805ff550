/** A real Prometheus, and promtool: those on this machine, else the system's package. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './redis-server.ts';
import { findOrInstall, type SystemProgram } from './system-program.ts';

const PACKAGES = {
  'apt-get': 'prometheus',
  apk: 'prometheus',
  dnf: 'golang-github-prometheus',
  brew: 'prometheus',
};
export const PROMETHEUS: SystemProgram = {
  name: 'prometheus',
  binaries: ['prometheus'],
  packages: PACKAGES,
  otherwise: 'Install Prometheus 2.40 or later (Debian: apt-get install prometheus).',
};
const PROMTOOL: SystemProgram = { ...PROMETHEUS, name: 'promtool', binaries: ['promtool'] };

/** Throws with what promtool says when it is not satisfied. */
export function promtool(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(findOrInstall(PROMTOOL), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

export interface PrometheusServer {
  /** The `data` of an answer of its API. Throws with its error. */
  read<Data>(path: string, query?: Record<string, string>): Promise<Data>;
  stop(): Promise<void>;
}

/** `config`: of prometheus.yml; paths in it must be absolute. */
export async function startPrometheus(config: object): Promise<PrometheusServer> {
  const binary = findOrInstall(PROMETHEUS);
  const folder = await mkdtemp(join(tmpdir(), 'altur-prometheus-'));
  const file = join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
  ];
  const server = spawn(binary, args, { stdio: 'ignore' });
  const stopWithParent = () => server.kill('SIGKILL');
  process.once('exit', stopWithParent);
  await ready(server, `http://${address}/-/ready`);
  return {
    async read(path, query = {}) {
      const response = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(query)}`);
      const answer = (await response.json()) as { data: never; error?: string };
      if (answer.error !== undefined) throw new Error(`${answer.error} in ${JSON.stringify(query)}`);
      return answer.data;
    },
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

async function ready(server: ChildProcess, url: string): Promise<void> {
  let hasEnded = false;
  server.once('exit', () => {
    hasEnded = true;
  });
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (hasEnded) throw new Error('prometheus ended at its start: its configuration is wrong');
    await new Promise((next) => setTimeout(next, 20));
  }
}
