/** The NODE_OPTIONS of a process that a test starts: its logs are collected, see collect-process.ts. */
import { currentTest } from './current-test.ts';
import { runFolder } from './run-folder.ts';

export function collectingNodeOptions(): string {
  const [folder, test] = [runFolder(), currentTest()];
  if (folder === undefined || test === undefined) return '';
  const module = new URL('./collect-process.ts', import.meta.url);
  module.search = `${new URLSearchParams({ folder, test: test.slice(0, 300) })}`;
  return `--import=${module}`;
}
