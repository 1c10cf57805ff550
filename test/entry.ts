/** The service's entry point, and a folder without a `.env` to run it in: a developer's own must not count. */
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
export const ELSEWHERE = tmpdir();
