/** The service's entry point, and what every test starts it with: nothing of this user's own configuration. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { collectingNodeOptions } from './suite-logs/node-options.ts';

export const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
/** A folder without a `.env` and without `config/mapping.yaml`. */
export const ELSEWHERE = tmpdir();

/** What Node keeps of the sources that it has compiled: a third of each start. */
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/altur-crm-sync-test', import.meta.url));

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly scripts: { readonly start: string };
};
/** The limits of memory that `npm start` sets. */
export const HEAP_OPTIONS = /^node (--.*) src/.exec(scripts.start)![1]!;

/** The variables of every process. */
export const BASE_ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: COMPILE_CACHE,
  /** As `npm start` and the image run it, and of the test that runs when a process is started. */
  get NODE_OPTIONS() {
    return `${HEAP_OPTIONS} ${collectingNodeOptions()}`;
  },
};
