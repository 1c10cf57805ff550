/** The chosen connector and the effective mapping; also what the commands work with. */
import type { Connector, Log, ProbedAssumptions, RequestObserver } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { compiledMapping } from '../config/effective-mapping.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { openLastWrites } from '../queue/last-writes.ts';
import { openPersonCache } from '../queue/person-cache.ts';
import { openProbeResults } from '../queue/probe-results.ts';
import type { RedisClient } from '../queue/redis.ts';
import { openRequestPace } from '../queue/request-pace.ts';
import { withTimeout } from '../timeout.ts';
import { observeAll } from './request-observers.ts';

/** A Redis that does not answer is no reason not to start: the connector then finds out by itself. */
const PROBE_READ_MS = 2_000;

export async function createConnector(
  config: Config,
  redis: RedisClient,
  log: Log,
  requestObservers: readonly RequestObserver[] = [],
): Promise<{ connector: Connector; mapping: CompiledMapping }> {
  if (!config.connector) throw new Error('this process has no connector');
  const { definition, settings } = config.connector;
  const mapping = await compiledMapping(config);
  const connector = definition.create(settings, {
    ...(requestObservers.length > 0 && { observeRequest: observeAll(requestObservers, log) }),
    policy: mapping.policy,
    personCache: openPersonCache(redis, definition.name),
    lastWrites: openLastWrites(redis, definition.name),
    requestPace: openRequestPace(redis, definition.name),
    log,
    timeZone: config.timeZone,
    objects: mapping.objects,
    probed: await readProbed(redis, definition.name),
    owners: mapping.owners,
  });
  return { connector, mapping };
}

function readProbed(redis: RedisClient, crm: string): Promise<ProbedAssumptions> {
  return withTimeout(openProbeResults(redis, crm).read(), PROBE_READ_MS).catch(() => ({}));
}
