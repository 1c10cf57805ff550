/** Workers write links that ingresses must accept: both say with which keys, and doctor compares them. */
import { expect, test } from '@jest/globals';
import { checkRecordingKeys } from '../../src/commands/check-recording-keys.ts';
import type { RunningProcess, ServiceRole } from '../../src/monitoring/running-processes.ts';

const process = (role: ServiceRole, pid: number, ...recordingKeys: string[]): RunningProcess => ({
  id: `${pid}`,
  role,
  host: 'host',
  pid,
  version: '1',
  startedAt: pid,
  ...(recordingKeys.length > 0 && { recordingKeys }),
});

test.each([
  ['without links', [process('ingress', 1), process('worker', 2)]],
  ['with the same key', [process('ingress', 1, 'new'), process('worker', 2, 'new')]],
  ['while a key is rotated', [process('ingress', 1, 'new', 'old'), process('worker', 2, 'old')]],
  ['with ingress and worker in one', [process('all', 1, 'new', 'old')]],
  ['with workers alone', [process('worker', 2, 'new')]],
])('nothing is said %s', (_, processes) => {
  expect(checkRecordingKeys(processes)).toEqual([]);
});

test.each([
  ['without the key', [process('ingress', 1), process('worker', 2, 'new')]],
  ['with another key', [process('ingress', 1, 'old'), process('worker', 2, 'new', 'old')]],
])('an ingress %s does not accept the links of its worker', (_, processes) => {
  expect(checkRecordingKeys(processes)).toEqual([
    {
      level: 'warning',
      subject: 'recordings',
      message:
        'the links that the worker (process 2 on host) writes are not accepted by the ingress (process 1 on host)',
      fix: expect.stringContaining('the same PUBLIC_URL, ALTUR_API_KEY and RECORDING_LINK_SECRET'),
    },
  ]);
});

test('a worker without the key writes no links', () => {
  const [finding] = checkRecordingKeys([process('ingress', 1, 'new'), process('worker', 2)]);
  expect(finding?.message).toBe(
    'the worker (process 2 on host) writes no links, though the ingress (process 1 on host) would serve them',
  );
});
