/** docs/performance.md: the machine, and every part with what it printed. */
import { expect, test } from '@jest/globals';
import { pageOf } from '../../bench/performance-page.ts';

const part = {
  name: 'requests',
  seconds: 40.4,
  loads: ['load 0.1', 'load 1.9'],
  lines: ['', 'CRM  ratio'],
} as const;
const run = { machine: '2 cores, Node v24', at: new Date('2026-11-24T10:00:00Z'), parts: [part] };

test('a part has its own section: what it measures, what it printed, how to repeat it', () => {
  const page = pageOf({ ...run, parts: [part, { ...part, name: 'one of its own', lines: ['42'] }] });
  expect(page).toContain('on 2026-11-24 10:00 UTC, in 81 s');
  expect(page).toContain('2 cores, Node v24');
  expect(page).toMatch(
    /## requests\n\n\w.*\n\n```text\nCRM {2}ratio\n```\n\nBy `npm run bench -- requests`: 40 s, load 0.1/,
  );
  expect(page).toContain('## one of its own\n\n```text\n42\n```');
});
