/**
 * Runs a command as an operator types it, all but its process: a start costs half a second of CPU, most commands a few
 * hundredths. Processes that have loaded everything run one command after another (see `command-host.ts`); as many
 * commands at a time as there are processes, and one more process when all are busy. What is about the process itself
 * (`start`, signals, an own version) is tested with a process of its own: `runInProcess`.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Typed } from './command-host.ts';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from './entry.ts';

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const HOST = fileURLToPath(new URL('command-host.ts', import.meta.url));
/** Nothing tells that a test file is over: a host without a command for so long is let go. */
const IDLE_MS = 10_000;

const idle = new Map<ChildProcess, NodeJS.Timeout>();

/** Of `env`, only what is given: nothing of this process. */
export async function runCommand(args: readonly string[], env: Environment, cwd = ELSEWHERE): Promise<Run> {
  if (args[0] === 'start') return runInProcess(args, env, cwd);
  const host = takeIdle() ?? newHost();
  const typed: Typed = { args, env: given(env), cwd };
  const run = await new Promise<Run>((resolve, reject) => {
    const onExit = (code: number) => reject(new Error(`the process of ${args.join(' ')} ended with ${code}`));
    host.once('exit', onExit);
    host.once('message', (answer: Run) => {
      host.off('exit', onExit);
      resolve(answer);
    });
    host.send(typed);
  });
  keepIdle(host);
  return run;
}

export function runInProcess(args: readonly string[], env: Environment, cwd = ELSEWHERE): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env, cwd }, (error, output, errors) => {
      resolve({ code: error ? Number(error.code) : 0, output, errors });
    });
  });
}

function keepIdle(host: ChildProcess): void {
  const letGo = () => {
    idle.delete(host);
    host.disconnect();
  };
  idle.set(host, setTimeout(letGo, IDLE_MS).unref());
}

function takeIdle(): ChildProcess | undefined {
  const [entry] = idle;
  if (!entry) return undefined;
  const [host, timer] = entry;
  clearTimeout(timer);
  idle.delete(host);
  return host;
}

/** Neither holds a test run open, nor outlives it. */
function newHost(): ChildProcess {
  const host = spawn(process.execPath, [HOST], {
    env: BASE_ENVIRONMENT,
    cwd: ELSEWHERE,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  host.unref();
  host.channel?.unref();
  return host;
}

function given(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
