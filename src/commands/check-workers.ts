/** Checks for `doctor` which processes run: without a worker nothing is written to the CRM. */
import type { Finding } from '../../connectors/connector.ts';
import { isWorker, openRunningProcesses, type RunningProcess } from '../monitoring/running-processes.ts';
import type { RedisClient } from '../queue/redis.ts';
import { readVersion } from '../version.ts';
import { startWorkerLine } from './command-line.ts';
import { error, ok, warning } from './findings.ts';
import { timeText } from './texts.ts';

export async function checkWorkers(redis: RedisClient): Promise<Finding[]> {
  const processes = await openRunningProcesses(redis).list();
  const workers = processes.filter(isWorker);
  const findings = workers.map(workerFinding);
  if (workers.length === 0) {
    const message =
      'none is running: events are kept in the queue, nothing is written to the CRM [NO_WORKER]';
    findings.push(error('worker', message, `start one: \`${startWorkerLine()}\``));
  }
  return [...findings, ...checkVersions(processes)];
}

function workerFinding(worker: RunningProcess): Finding {
  const { host, pid, version, crm } = worker;
  const name = `process ${pid} on ${host}, version ${version}, ${activityText(worker)}`;
  if (!crm || crm.connected) return ok('worker', name);
  const reason = crm.reason ?? 'it has not answered yet';
  return warning('worker', `${name}: not connected to the CRM: ${reason}`, 'see what is wrong with the CRM');
}

function activityText({ lastActivityAt, startedAt }: RunningProcess): string {
  if (lastActivityAt === undefined) return `no activity since its start at ${timeText(startedAt)}`;
  return `last activity at ${timeText(lastActivityAt)}`;
}

/** This command is of the version that was installed last, in most cases. */
function checkVersions(processes: readonly RunningProcess[]): Finding[] {
  const own = readVersion();
  const names = processes
    .filter(({ version }) => version !== own)
    .map(({ role, pid, host, version }) => `${version} (${role}, process ${pid} on ${host})`);
  if (names.length === 0) return [];
  const message = `differ: this is ${own}, but there runs ${names.join(', ')}`;
  return [warning('versions', message, 'restart the processes of the other version')];
}
