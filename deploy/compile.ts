/**
 * In the build of the image: loads every module, which does nothing but that, so that Node keeps what it has compiled in
 * NODE_COMPILE_CACHE. A container then starts in half the CPU time, also where its file system is read-only.
 */
import { glob } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

for await (const file of glob('{src,connectors}/**/*.ts', { exclude: ['src/cli.ts'] })) {
  await import(pathToFileURL(resolve(file)).href);
}
