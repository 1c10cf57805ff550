#!/usr/bin/env node
/**
 * The entry point, and the only file with side effects. Node keeps what it compiles, so that from the second start on it
 * neither strips types nor compiles: half of a start. Hence nothing of ours is loaded before.
 */
import { enableCompileCache } from 'node:module';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

// Beside the code, not in a temporary folder that others can write to: what is kept there is run. NODE_COMPILE_CACHE
// names another folder; where neither can be written to, nothing is kept: https://nodejs.org/api/module.html#module-compile-cache
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/altur-crm-sync', import.meta.url)));
const [{ runCommandLine }, { allowReadersToLeave, printed }] = await Promise.all([
  import('./commands/run-command-line.ts'),
  import('./printed.ts'),
]);
if (argv[2] !== 'start') allowReadersToLeave();
const code = await runCommandLine(argv.slice(2));
await printed();
exit(code);
