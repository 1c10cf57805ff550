/** Runs a simulator as a process: prints one line when it is ready, closes it on SIGINT or SIGTERM. */
export function runProcess(simulator: { close(): Promise<void> }, ready: string): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
  process.stdout.write(`${ready}\n`);
}
