/** A process that only says that it is alive, for tests of what asks for one: by default ingress and worker in one. */
import { Heartbeat } from '../src/monitoring/heartbeat.ts';
import { openRunningProcesses, type ServiceRole } from '../src/monitoring/running-processes.ts';
import { connectedWithin, connectProducer } from '../src/queue/redis.ts';
import { readVersion } from '../src/version.ts';
import { recordingLog } from './recording-log.ts';

/** Resolves when Redis has it; `stop` ends it. */
export function startHeartbeat(...urls: readonly string[]): Promise<{ stop(): Promise<void> }> {
  return startHeartbeatOf('all', ...urls);
}

export async function startHeartbeatOf(
  role: ServiceRole,
  ...urls: readonly string[]
): Promise<{ stop(): Promise<void> }> {
  const redis = connectProducer({ nodes: urls });
  if (!(await connectedWithin(redis, 10_000))) throw new Error('Redis is not there');
  const heartbeat = new Heartbeat({ redis, role, version: readVersion(), log: recordingLog() });
  heartbeat.start(() => ({ connected: true }));
  const processes = openRunningProcesses(redis);
  while ((await processes.list()).length === 0) await new Promise(setImmediate);
  return {
    async stop() {
      await heartbeat.stop();
      redis.disconnect();
    },
  };
}
