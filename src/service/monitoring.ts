/** What a process tells the others, and the operator, about itself and its calls; and reads of all of them. */
import type { Log } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { BufferedCounters } from '../monitoring/buffered-counters.ts';
import type { CallSearch, CallSummary } from '../monitoring/call-history.ts';
import { DeadLetterGroups } from '../monitoring/dead-letter-groups.ts';
import { Heartbeat } from '../monitoring/heartbeat.ts';
import { type MinuteCounter, openMinuteCounts } from '../monitoring/minute-counts.ts';
import type { OverviewParts } from '../monitoring/overview.ts';
import {
  openRunningProcesses,
  type RunningProcesses,
  type ServiceRole,
} from '../monitoring/running-processes.ts';
import { openSkippedFields, type SkippedFieldCounter } from '../monitoring/skipped-fields.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { RecordingLinks } from '../recordings/recording-links.ts';
import { readVersion } from '../version.ts';
import type { Releases } from './releases.ts';

export interface Monitoring {
  readonly version: string;
  readonly heartbeat: Heartbeat;
  readonly processes: RunningProcesses;
  readonly minuteCounts: MinuteCounter;
  readonly skippedFields: SkippedFieldCounter;
}

export function openMonitoring(
  redis: RedisClient,
  role: ServiceRole,
  log: Log,
  releases: Releases,
  recordings: Config['recordings'],
): Monitoring {
  const version = readVersion();
  const recordingKeys = recordings && new RecordingLinks(recordings).keyVersions;
  const counters = new BufferedCounters(redis, log);
  releases.add(() => counters.stop());
  return {
    version,
    heartbeat: new Heartbeat({ redis, role, version, log, ...(recordingKeys && { recordingKeys }) }),
    processes: openRunningProcesses(redis),
    minuteCounts: openMinuteCounts(redis, counters),
    skippedFields: openSkippedFields(redis, counters),
  };
}

export interface OverviewSources extends Pick<OverviewParts, 'account' | 'redisMemoryUsed' | 'reconcile'> {
  readonly crm: string | undefined;
  findCalls?(search: CallSearch): Promise<readonly CallSummary[]>;
}

/** For `readOverview`. Opened once: the groups of dead letters are cached in it. */
export function overviewParts(
  { version, processes, minuteCounts, skippedFields }: Monitoring,
  queue: CallQueue,
  redis: RedisClient,
  { crm = '', findCalls = async () => [], ...sources }: OverviewSources,
): OverviewParts {
  return {
    ...sources,
    version,
    crm,
    queue,
    redis,
    pauseNotice: openPauseNotice(redis),
    processes,
    minuteCounts,
    skippedFields,
    deadLetterGroups: new DeadLetterGroups(queue, redis),
    findCalls,
  };
}
