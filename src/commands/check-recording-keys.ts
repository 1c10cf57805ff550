/** Checks for `doctor` that the links to recordings that workers write are accepted by the ingresses that serve them. */
import { isWorker, type RunningProcess } from '../monitoring/running-processes.ts';
import { type DoctorFinding, warning } from './findings.ts';

const SAME =
  'give ingresses and workers the same PUBLIC_URL, ALTUR_API_KEY and RECORDING_LINK_SECRET, and start them again';

export function checkRecordingKeys(processes: readonly RunningProcess[]): DoctorFinding[] {
  const ingresses = processes.filter(({ role }) => role !== 'worker');
  return processes.filter(isWorker).flatMap((worker) => {
    const [signsWith] = worker.recordingKeys ?? [];
    const others = ingresses.filter(({ recordingKeys = [] }) => {
      return signsWith === undefined ? recordingKeys.length > 0 : !recordingKeys.includes(signsWith);
    });
    if (others.length === 0) return [];
    const names = others.map(nameOf).join(', ');
    const message =
      signsWith === undefined
        ? `the worker (${nameOf(worker)}) writes no links, though the ingress (${names}) would serve them`
        : `the links that the worker (${nameOf(worker)}) writes are not accepted by the ingress (${names})`;
    return [warning('recordings', message, SAME)];
  });
}

function nameOf({ pid, host }: RunningProcess): string {
  return `process ${pid} on ${host}`;
}
