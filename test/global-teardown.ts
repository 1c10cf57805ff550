import { checkRun } from './suite-logs/check-run.ts';
import { runFolder } from './suite-logs/run-folder.ts';

export default async function tearDown() {
  await (globalThis as { stopRedis?: () => Promise<void> }).stopRedis?.();
  const folder = runFolder();
  if (folder !== undefined) checkRun(folder);
}
