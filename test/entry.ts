/** The service's entry point, and a folder to run it in whose `.env` is nobody's: a developer's own must not count. */
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
export const ELSEWHERE = tmpdir();
