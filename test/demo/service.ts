/** The real service, and its commands, as processes of their own that know nothing of this user's configuration. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CLI, ELSEWHERE } from '../entry.ts';
import { DemoError } from './demo-error.ts';

export type Environment = Readonly<Record<string, string>>;

/** Longer than a stop takes that finishes its batches. */
const STOP_MS = 8_000;
/** Ctrl-C reaches Redis, the service and the demo in any order: what the service says of it is no news. */
const SIGNAL_MS = 500;

export interface DemoService {
  readonly url: string;
  /** Rejects when the service ends by itself. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** Runs a command of the service and hands on each line it prints. */
export async function runCommand(
  args: readonly string[],
  env: Environment,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { child, errors } = start(args, env);
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  createInterface({ input: child.stdout! }).on('line', onLine);
  const [code] = await once(child, 'close');
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code !== 0) throw new DemoError(`\`${args[0]}\` failed: ${errors() || `it ended with ${code}`}`);
}

/** Resolves when the service listens. `onError`: what it logs as an error. */
export async function startService(
  env: Environment,
  onError: (text: string) => void,
  signal: AbortSignal,
): Promise<DemoService> {
  const { child, errors } = start(['start'], env);
  const ended = once(child, 'close').then(([code]): never => {
    throw new DemoError(`the service ended: ${errors() || `with ${code}`}`);
  });
  ended.catch(() => {});
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    await stopProcess(child);
  };
  const listening = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const { level, message, url, error } = logLine(line);
      if (message === 'listening' && url !== undefined) resolve(url);
      if (level !== 'error') return;
      const text = error === undefined ? message : `${message}: ${error}`;
      setTimeout(() => !isStopping && !signal.aborted && onError(text), SIGNAL_MS).unref();
    });
  });
  try {
    const url = await Promise.race([listening, ended, aborted(signal)]);
    return { url, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function start(args: readonly string[], env: Environment) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { NODE_OPTIONS: process.env.NODE_OPTIONS ?? '', ...env },
    cwd: ELSEWHERE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.removeListener('exit', kill));
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  return { child, errors: () => text.trim() };
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
}

/** Rejects when the demo is stopped. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly url?: string;
  readonly error?: string;
}

function logLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { level: 'info', message: line };
  }
}
