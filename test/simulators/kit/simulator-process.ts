/** A simulator as a separate process: how it runs, and how a test starts one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Prints one line now that the simulator is ready, and closes it on SIGINT or SIGTERM. */
export function runUntilSignal(simulator: { close(): Promise<void> }, readyLine: string): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
  process.stdout.write(`${readyLine}\n`);
}

export interface SimulatorProcess {
  readonly pid: number;
  /** The line that it printed when it was ready. */
  readonly readyLine: string;
  /** Sends SIGTERM and resolves to the exit code and signal. */
  stop(): Promise<readonly [code: number | null, signal: string | null]>;
}

/** Runs a `main.ts`, given relative to this folder, until it is ready. */
export async function startProcess(main: string, args: readonly string[]): Promise<SimulatorProcess> {
  const file = new URL(main, import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const [readyLine] = await once(createInterface(child.stdout), 'line');
  return {
    pid: child.pid!,
    readyLine,
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
