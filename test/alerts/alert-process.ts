/** A process that watches a service whose state the test writes into Redis. Its log goes to stdout. */
import { startAlerting } from '../../src/alerts/alerting.ts';
import { createLog } from '../../src/log.ts';
import type { Overview } from '../../src/monitoring/overview.ts';
import { connectedWithin, connectProducer } from '../../src/queue/redis.ts';

const [redisUrl, webhookUrl, overviewKey] = process.argv.slice(2);
const redis = connectProducer({ nodes: [redisUrl!] });
redis.on('error', () => {});
await connectedWithin(redis, 5_000);
const log = createLog({ level: 'info', format: 'json' });
const alerting = startAlerting({
  redis,
  readOverview: async () => JSON.parse((await redis.get(overviewKey!))!) as Overview,
  redisFault: async () => 'Redis does not answer',
  text: { language: 'en', crm: 'HubSpot', timeZone: 'UTC', publicUrl: undefined },
  webhookUrl,
  log,
  processName: `process ${process.pid}`,
  timing: { everyMs: 50, leaseMs: 5_000, quietMs: 400, forgetMs: 3_600_000 },
});
// The timer of the checks keeps no process alive.
const alive = setInterval(() => {}, 60_000);
process.once('SIGTERM', async () => {
  await alerting.stop();
  redis.disconnect();
  clearInterval(alive);
});
log.info('watching');
