import { CHROMIUM } from './browser.ts';
import { KUBECTL } from './deploy/kubernetes-manifests.ts';
import { PROMETHEUS } from './prometheus-server.ts';
import { REDIS, startRedis } from './redis-server.ts';
import { openRunFolder } from './suite-logs/run-folder.ts';
import { findOrInstall } from './system-program.ts';

/** One folder for the logs of the whole run, and one Redis; a REDIS_URL that is given is used instead. */
export default async function setUp({ nonFlagArgs }: { readonly nonFlagArgs: readonly string[] }) {
  openRunFolder();
  // For the whole suite all come first: package managers run one at a time, and take longer than a test may.
  if (nonFlagArgs.length === 0)
    for (const program of [REDIS, CHROMIUM, PROMETHEUS, KUBECTL]) findOrInstall(program);
  if (process.env.REDIS_URL) return;
  const redis = await startRedis();
  process.env.REDIS_URL = redis.url;
  (globalThis as { stopRedis?: () => Promise<void> }).stopRedis = redis.stop;
}
