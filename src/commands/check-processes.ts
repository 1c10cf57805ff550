/**
 * Checks for `doctor` which processes run: without an ingress nothing of Altur's is accepted, without a worker nothing is
 * written to the CRM.
 */
import { isWorker, openRunningProcesses, type RunningProcess } from '../monitoring/running-processes.ts';
import type { RedisClient } from '../queue/redis.ts';
import { readVersion } from '../version.ts';
import { checkRecordingKeys } from './check-recording-keys.ts';
import { startLine } from './command-line.ts';
import { type DoctorFinding, error, ok, warning } from './findings.ts';
import { timeText } from './texts.ts';

export async function checkProcesses(redis: RedisClient): Promise<DoctorFinding[]> {
  const processes = await openRunningProcesses(redis).list();
  if (processes.length === 0) {
    const message = `is not running: nothing is accepted from Altur, nothing is written to the CRM [${NO_WORKER}]`;
    return [error('service', message, `start it: \`${startLine()}\``)];
  }
  const workers = processes.filter(isWorker);
  const ingresses = processes.filter(({ role }) => role !== 'worker');
  return [
    ...(ingresses.length === 0 ? [noIngress()] : ingresses.map(ingressFinding)),
    ...(workers.length === 0 ? [noWorker()] : workers.map(workerFinding)),
    ...checkVersions(processes),
    ...checkRecordingKeys(processes),
  ];
}

/** docs/troubleshooting.md has a paragraph for each. */
const [NO_INGRESS, NO_WORKER] = ['NO_INGRESS', 'NO_WORKER'];

function noIngress(): DoctorFinding {
  const message = `none is running: Altur’s deliveries are not accepted, and are lost once Altur has tried 5 times [${NO_INGRESS}]`;
  return error('ingress', message, `start one: \`${startLine('ingress')}\``);
}

function noWorker(): DoctorFinding {
  const message = `none is running: events are kept in the queue, nothing is written to the CRM [${NO_WORKER}]`;
  return error('worker', message, `start one: \`${startLine('worker')}\``);
}

const processText = ({ host, pid, version }: RunningProcess) =>
  `process ${pid} on ${host}, version ${version}`;

function ingressFinding(ingress: RunningProcess): DoctorFinding {
  return ok('ingress', processText(ingress));
}

function workerFinding(worker: RunningProcess): DoctorFinding {
  const { crm } = worker;
  const name = `${processText(worker)}, ${activityText(worker)}`;
  if (!crm || crm.connected) return ok('worker', name);
  const reason = crm.reason ?? 'it has not answered yet';
  return warning('worker', `${name}: not connected to the CRM: ${reason}`, 'see what is wrong with the CRM');
}

function activityText({ lastActivityAt, startedAt }: RunningProcess): string {
  if (lastActivityAt === undefined) return `no activity since its start at ${timeText(startedAt)}`;
  return `last activity at ${timeText(lastActivityAt)}`;
}

/** This command is of the version that was installed last, in most cases. */
function checkVersions(processes: readonly RunningProcess[]): DoctorFinding[] {
  const own = readVersion();
  const names = processes
    .filter(({ version }) => version !== own)
    .map(({ role, pid, host, version }) => `${version} (${role}, process ${pid} on ${host})`);
  if (names.length === 0) return [];
  const message = `differ: this is ${own}, but there runs ${names.join(', ')}`;
  return [warning('versions', message, 'restart the processes of the other version')];
}
