/** The real service as its own process, as a customer runs it: driven by environment, HTTP and signals only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { sign } from '../../src/altur/signature.ts';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from '../entry.ts';

export const SECRET = 'end-to-end secret of plain text';
const WEBHOOK = '/webhooks/altur/on-call-end';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  readonly log: readonly LogLine[];
  /** Resolves with the exit code, null when killed. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** `env` on top of what every test needs; `cli`: of another version. Resolves when the service listens. */
export function startProcess(
  env: Record<string, string>,
  role: 'all' | 'ingress' | 'worker' = 'all',
  cli = CLI,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [cli, 'start', ...(role === 'all' ? [] : [role])], {
    env: { ...BASE_ENVIRONMENT, ALTUR_WEBHOOK_SECRET: SECRET, PORT: '0', LOG_FORMAT: 'json', ...env },
    cwd: ELSEWHERE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}: ${errors.join('')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as LogLine;
      log.push(entry);
      if (entry.message !== 'listening') return;
      child.removeAllListeners('exit');
      resolve({
        url: String(entry.url),
        pid: child.pid!,
        log,
        stop: (signal = 'SIGTERM') => stop(child, signal),
      });
    });
  });
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

export async function deliver(url: string, event: object): Promise<{ status: number; answer: unknown }> {
  const body = JSON.stringify(event);
  const headers = { 'content-type': 'application/json', 'x-altur-signature': sign(body, SECRET, 'hex') };
  const response = await fetch(url + WEBHOOK, { method: 'POST', headers, body });
  return { status: response.status, answer: await response.json() };
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((next) => setTimeout(next, 5));
  }
}
