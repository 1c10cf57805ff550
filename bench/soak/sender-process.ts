/** The sender as a child process. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { SenderOrder, SenderReport } from './sender.ts';

export interface SenderProcess {
  readonly pid: number;
  /** As of the last second. */
  latest(): SenderReport | undefined;
  /** Resolves with the last report; rejects when the process ends without one. */
  readonly done: Promise<SenderReport>;
  stop(): void;
}

export function startSender(order: SenderOrder): SenderProcess {
  const file = new URL('./sender.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let latest: SenderReport | undefined;
  const done = new Promise<SenderReport>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      latest = JSON.parse(line) as SenderReport;
      if (latest.done) resolve(latest);
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the sender ended with code ${code}`)));
  });
  return { pid: child.pid!, latest: () => latest, done, stop: () => child.kill('SIGKILL') };
}
