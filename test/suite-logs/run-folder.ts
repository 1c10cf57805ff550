/**
 * The folder that collects the logs of a test run: each process of it, and each process it starts, appends to a file of
 * its own there. The end of the run checks them all, see check-run.ts.
 */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collected } from './collected.ts';

/** Read by the workers of Jest, which inherit the environment of the process that runs the global set-up. */
const VARIABLE = 'SUITE_LOG_FOLDER';

export function openRunFolder(): void {
  process.env[VARIABLE] = mkdtempSync(join(tmpdir(), 'altur-suite-logs-'));
}

/** Undefined outside a test run, as in the demo. */
export function runFolder(): string | undefined {
  return process.env[VARIABLE];
}

export function append(folder: string, entry: Collected): void {
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(entry)}\n`);
}

/** Everything that was collected. A process may have been killed in the middle of its last line. */
export function* readRunFolder(folder: string): Generator<Collected> {
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      try {
        yield JSON.parse(line) as Collected;
      } catch {}
    }
  }
}

export function removeRunFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  delete process.env[VARIABLE];
}
