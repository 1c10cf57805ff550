/** What Node keeps of the sources that it has compiled: that of one role is valid for all. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startProcess, until } from '../e2e/service-process.ts';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from '../entry.ts';

/** How many modules of `mapping` V8 took as they were kept, and how many it compiled once more. */
function loading(folder: string, ...flags: string[]) {
  const all = { ...BASE_ENVIRONMENT, CRM_CONNECTOR: 'preview', NODE_COMPILE_CACHE: folder };
  const options = { env: { ...all, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }, cwd: ELSEWHERE, maxBuffer: 1e9 };
  return new Promise<{ readonly accepted: number; readonly rejected: number }>((resolve) => {
    execFile(process.execPath, [...flags, CLI, 'mapping'], options, (_, output, errors) => {
      const count = (word: string) => (output + errors).split(` was ${word}`).length - 1;
      resolve({ accepted: count('accepted'), rejected: count('rejected') });
    });
  });
}

test('what a worker leaves behind, a command starts with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'altur-compiled-'));
  try {
    const settings = {
      CRM_CONNECTOR: 'preview',
      REDIS_URL: process.env.REDIS_URL!,
      NODE_COMPILE_CACHE: folder,
    };
    const worker = await startProcess(settings, 'worker');
    await until(async () => (await fetch(`${worker.url}/readyz`)).ok, 'all that it needs is loaded');
    await worker.stop();
    const { accepted, rejected } = await loading(folder);
    expect([accepted > 100 || accepted, rejected]).toEqual([true, 0]);
    // Under another flag of V8 nothing of it is valid.
    expect((await loading(folder, '--optimize-for-size')).accepted).toBeLessThan(accepted / 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
