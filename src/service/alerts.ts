/** Starts the alerts of this process, from the parts of the service. */
import { hostname } from 'node:os';
import type { Log } from '../../connectors/connector.ts';
import { crmTitles } from '../../connectors/index.ts';
import type { AlertCause } from '../alerts/alert.ts';
import { startAlerting } from '../alerts/alerting.ts';
import type { Config } from '../config/config.ts';
import type { Overview } from '../monitoring/overview.ts';
import type { ServiceRole } from '../monitoring/running-processes.ts';
import type { RedisClient } from '../queue/redis.ts';
import { faultText, type RedisHealth } from '../queue/redis-health.ts';
import type { Releases } from './releases.ts';

export interface AlertParts {
  readonly config: Pick<Config, 'crm' | 'alertWebhookUrl' | 'language' | 'timeZone' | 'publicUrl'>;
  readonly role: ServiceRole;
  readonly redis: RedisClient;
  readonly health: RedisHealth;
  readOverview(): Promise<Overview>;
  readonly metrics: { alert(cause: AlertCause): void };
  readonly log: Log;
  readonly releases: Releases;
}

const REDIS_TIMEOUT_MS = 1_500;

/** Redis must be released after: the lease on the alerts is given back through it. */
export function startAlerts({
  config,
  role,
  redis,
  health,
  metrics,
  log,
  releases,
  ...parts
}: AlertParts): void {
  const alerting = startAlerting({
    redis,
    readOverview: parts.readOverview,
    redisFault: () => redisFault(health),
    text: { ...config, crm: crmTitles[config.crm ?? ''] ?? 'the CRM' },
    webhookUrl: config.alertWebhookUrl,
    log,
    onAlert: (cause) => metrics.alert(cause),
    processName: `${role === 'all' ? 'service' : role} ${process.pid} on ${hostname()}`,
  });
  releases.add(() => alerting.stop());
}

async function redisFault(health: RedisHealth): Promise<string> {
  const fault = await health.diagnose(REDIS_TIMEOUT_MS);
  return fault ? faultText(fault) : 'Redis answers with errors';
}
